//! Other names for what is measured: hosts and probes become user groups and regions.

use std::collections::BTreeMap;

use super::gather::clean;
use crate::basis::error::{Error, Problem, Result};
use crate::world::ingest::problems::Problems;
use crate::world::ingest::table::Table;

/// Old names and what they are called from now on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    new: BTreeMap<String, String>,
}

impl Names {
    /// No name is changed.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty()
    }

    /// Calls `old` by `new`.
    ///
    /// # Errors
    /// When `old` was given another name before.
    pub fn add(&mut self, old: &str, new: &str) -> Result<()> {
        let (old, new) = (clean(old), clean(new));
        if old.is_empty() || new.is_empty() {
            return Err(Error::input(format!("`{old}={new}` lacks a name")).hint("say OLD=NEW"));
        }
        match self.new.insert(old.clone(), new.clone()) {
            Some(before) if before != new => Err(Error::input(format!(
                "`{old}` is called `{before}` and again `{new}`"
            ))),
            _ => Ok(()),
        }
    }

    /// Adds the names of a table with the old name in its first column and the new one in its second.
    ///
    /// ```
    /// use isochrone::world::ingest::{Table, foreign::Names};
    /// let mut names = Names::default();
    /// let table = Table::parse("names.csv", "probe,group\n1001,sao-paulo-br\n").unwrap();
    /// names.add_table(&table).unwrap();
    /// assert_eq!(names.get("1001"), Some("sao-paulo-br"));
    /// ```
    ///
    /// # Errors
    /// When it has other than two columns, a cell is blank, or one name gets two others.
    pub fn add_table(&mut self, table: &Table) -> Result<()> {
        if table.headers().len() != 2 {
            let n = table.headers().len();
            let problem = Problem::error(format!("a table of names has two columns, found {n}"));
            let problem = problem
                .at(table.header_place(0))
                .hint("the old name, then the new one");
            return Err(Error::problems_in_input(vec![problem]));
        }
        let mut problems = Problems::default();
        for row in table.rows() {
            let added = match (row.cell(0), row.cell(1)) {
                (Some(old), Some(new)) => self.add(old, new),
                _ => Err(Error::input("a name is missing")),
            };
            problems.keep(added.map_err(|error| error.at(&row.cell_place(0))));
        }
        problems.finish(())
    }

    /// The new name of `old`.
    pub fn get(&self, old: &str) -> Option<&str> {
        self.new.get(old).map(String::as_str)
    }

    /// All old names, sorted.
    pub fn old(&self) -> impl Iterator<Item = &str> {
        self.new.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_gets_two_others_is_told_with_its_line() {
        let mut names = Names::default();
        let table = Table::parse("n.csv", "old,new\na,x\nb,\na,y\n").unwrap();
        let error = names.add_table(&table).unwrap_err().to_string();
        assert_eq!(
            error,
            "n.csv:3:1: a name is missing\nn.csv:4:1: `a` is called `x` and again `y`"
        );
        let wide = Table::parse("n.csv", "a,b,c\n").unwrap();
        assert!(names.add_table(&wide).is_err());
        assert!(names.add("", "x").is_err());
    }
}
