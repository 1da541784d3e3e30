//! Fitting text into a breadth, and labels beside each other.

use super::font;

/// `text`, shortened with `…` to at most `breadth` at `em`.
pub(super) fn cut(text: &str, breadth: f64, em: f64) -> String {
    if font::width(text, em) <= breadth {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let fits = |n: usize| font::width(&shortened(&letters, n), em) <= breadth;
    // Width grows with the number of letters, so halving finds the longest that fits.
    let (mut fitting, mut too_long) = (0, letters.len());
    while fitting + 1 < too_long {
        let middle = usize::midpoint(fitting, too_long);
        if fits(middle) {
            fitting = middle;
        } else {
            too_long = middle;
        }
    }
    shortened(&letters, fitting)
}

fn shortened(letters: &[char], n: usize) -> String {
    let head: String = letters[..n].iter().collect();
    format!("{}…", head.trim_end_matches([' ', '+']))
}

/// `text` in at most `most` lines of at most `breadth`; what does not fit is cut with `…`.
pub(super) fn wrap(text: &str, breadth: f64, em: f64, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut words = text.split(' ').filter(|word| !word.is_empty()).peekable();
    while let Some(&word) = words.peek() {
        if lines.len() + 1 == most {
            let rest: Vec<&str> = words.collect();
            lines.push(cut(&rest.join(" "), breadth, em));
            return lines;
        }
        let mut line = cut(word, breadth, em);
        words.next();
        while let Some(&next) = words.peek() {
            let longer = format!("{line} {next}");
            if font::width(&longer, em) > breadth {
                break;
            }
            line = longer;
            words.next();
        }
        lines.push(line);
    }
    lines
}

/// Width of the widest line.
pub(super) fn widest<'a>(lines: impl IntoIterator<Item = &'a String>, em: f64) -> f64 {
    lines
        .into_iter()
        .map(|line| font::width(line, em))
        .fold(0.0, f64::max)
}

/// A label that wants its middle at `wanted` and takes up `extent`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub wanted: f64,
    pub extent: f64,
}

/// Middles for labels along a line from `low` to `high` so that none overlap and the squares of the moves are least;
/// where there is no room for all, they overlap evenly at the end.
pub(super) fn dodge(wishes: &[Wish], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|&a, &b| wishes[a].wanted.total_cmp(&wishes[b].wanted));
    let mut blocks: Vec<Block> = Vec::new();
    for i in order {
        blocks.push(Block::of(i, &wishes[i]).within(low, high));
        while let [.., a, b] = blocks.as_slice() {
            if a.start + a.extent <= b.start {
                break;
            }
            let joined = a.join(b).within(low, high);
            blocks.truncate(blocks.len() - 2);
            blocks.push(joined);
        }
    }
    middles(wishes, &blocks)
}

fn middles(wishes: &[Wish], blocks: &[Block]) -> Vec<f64> {
    let mut middles = vec![0.0; wishes.len()];
    for block in blocks {
        let mut at = block.start;
        for &i in &block.members {
            middles[i] = at + wishes[i].extent / 2.0;
            at += wishes[i].extent;
        }
    }
    middles
}

/// Labels that touch each other.
#[derive(Clone, Debug)]
struct Block {
    members: Vec<usize>,
    /// Sum of the starts that the members wish for the block.
    wishes: f64,
    start: f64,
    extent: f64,
}

impl Block {
    fn of(member: usize, wish: &Wish) -> Self {
        let start = wish.wanted - wish.extent / 2.0;
        Block {
            members: vec![member],
            wishes: start,
            start,
            extent: wish.extent,
        }
    }

    fn join(&self, next: &Block) -> Self {
        let members = [self.members.as_slice(), next.members.as_slice()].concat();
        let wishes = self.wishes + next.wishes - self.extent * next.members.len() as f64;
        Block {
            start: wishes / members.len() as f64,
            wishes,
            extent: self.extent + next.extent,
            members,
        }
    }

    fn within(mut self, low: f64, high: f64) -> Self {
        let free = self.wishes / self.members.len() as f64;
        self.start = free.min(high - self.extent).max(low);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wishes(wanted: &[f64]) -> Vec<Wish> {
        wanted
            .iter()
            .map(|&wanted| Wish { wanted, extent: 10.0 })
            .collect()
    }

    #[test]
    fn labels_apart_stay_where_they_are() {
        assert_eq!(dodge(&wishes(&[50.0, 20.0]), 0.0, 100.0), [50.0, 20.0]);
    }

    #[test]
    fn labels_at_one_place_share_the_move() {
        assert_eq!(dodge(&wishes(&[50.0, 50.0]), 0.0, 100.0), [45.0, 55.0]);
        assert_eq!(dodge(&wishes(&[99.0, 99.0, 3.0]), 0.0, 100.0), [85.0, 95.0, 5.0]);
    }

    #[test]
    fn dodged_labels_never_overlap_while_there_is_room() {
        let many: Vec<f64> = (0..10).map(|i| f64::from(i * i % 7) * 9.0).collect();
        let mut placed = dodge(&wishes(&many), 0.0, 100.0);
        placed.sort_by(f64::total_cmp);
        assert!(placed.windows(2).all(|pair| pair[1] - pair[0] > 10.0 - 1e-9));
        assert!(placed[0] >= 5.0 && placed[9] <= 95.0 + 1e-9);
    }

    #[test]
    fn wrapped_and_cut_lines_fit() {
        font::register().unwrap();
        let text = "eu-west-1 + us-east-1 + ap-southeast-1 + sa-east-1";
        for breadth in [40.0, 90.0, 200.0, 900.0] {
            let lines = wrap(text, breadth, 12.0, 2);
            assert!(lines.len() <= 2);
            assert!(widest(&lines, 12.0) <= breadth, "{lines:?}");
        }
        assert_eq!(wrap(text, 900.0, 12.0, 2), [text]);
        assert_eq!(cut("abc", 1000.0, 12.0), "abc");
    }
}
