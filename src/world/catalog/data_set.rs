//! A set of tables as one thing that can be held against another: those built in, or a folder that `data build` wrote.

use std::path::Path;

use super::{Catalog, TableKind};
use crate::basis::error::{Error, Result};
use crate::world::ingest::Table;

/// The word for the tables that came with this version.
const EMBEDDED: &str = "embedded";

/// Tables that belong together.
#[derive(Debug)]
pub struct DataSet {
    name: String,
    tables: Vec<(TableKind, Table)>,
    catalog: Catalog,
}

impl DataSet {
    /// The tables that came with this version.
    ///
    /// # Errors
    /// When one of them cannot be parsed, which would be a fault of this program.
    pub fn embedded() -> Result<DataSet> {
        let read = |kind: TableKind| Ok((kind, Table::parse(kind.file(), kind.embedded_text())?));
        Ok(DataSet {
            name: EMBEDDED.to_owned(),
            tables: TableKind::ALL.into_iter().map(read).collect::<Result<_>>()?,
            catalog: Catalog::embedded(),
        })
    }

    /// The tables in the folder `path`, each where `data/` has it. One that is not there is none of the set.
    ///
    /// # Errors
    /// When the folder holds none of the tables, and everything that is wrong with those that it holds.
    pub fn in_folder(path: &Path) -> Result<DataSet> {
        let mut tables = Vec::new();
        let mut catalog = Catalog::embedded();
        for kind in TableKind::ALL {
            let file = path.join(kind.file());
            if file.is_file() {
                catalog = catalog.with_file(kind, &file)?;
                tables.push((kind, Table::read(&file)?));
            }
        }
        if tables.is_empty() {
            let message = format!("the folder `{}` holds none of the data tables", path.display());
            return Err(Error::input(message).hint(format!(
                "a data folder is what `data build --to` writes, such as `{}`; those built in are called `{EMBEDDED}`",
                TableKind::Regions.file()
            )));
        }
        Ok(DataSet {
            name: path.display().to_string(),
            tables,
            catalog,
        })
    }

    /// `embedded`, or the folder as it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rows of the table `kind` as they are written; none where the set does not hold it.
    pub fn table(&self, kind: TableKind) -> Option<&Table> {
        let found = self.tables.iter().find(|(known, _)| *known == kind);
        found.map(|(_, table)| table)
    }

    /// The same tables, their rows understood. What the set does not hold is what is built in: ask [`DataSet::table`] first.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_project_holds_what_is_built_in() {
        let (folder, embedded) = (
            DataSet::in_folder(Path::new("data")).unwrap(),
            DataSet::embedded().unwrap(),
        );
        for kind in TableKind::ALL {
            let rows = |set: &DataSet| set.table(kind).unwrap().len();
            assert_eq!(rows(&folder), rows(&embedded), "{}", kind.file());
        }
    }

    #[test]
    fn a_folder_without_tables_is_no_data_set() {
        let error = DataSet::in_folder(Path::new("src")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the folder `src` holds none of the data tables"
        );
    }
}
