//! The commands of case files that edit a block of cells.

/// What is done with a block of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockEdit {
    /// `copy A1:B2 D1`.
    Copy(String, String),
    /// `move A1:B2 Data!D1`.
    Move(String, String),
    /// `fill-down A1:B9`.
    FillDown(String),
    /// `fill-right A1:D2`.
    FillRight(String),
    /// `sort A2:C9 B -C`: by which columns, and whether each is descending.
    Sort(String, Vec<(String, bool)>),
}

impl BlockEdit {
    /// Reads a command: its verb, the block, and what follows.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(verb: &str, block: &str, rest: &[String]) -> Result<BlockEdit, String> {
        let from = block.to_owned();
        match (verb, rest) {
            ("copy", [to]) => Ok(BlockEdit::Copy(from, to.clone())),
            ("move", [to]) => Ok(BlockEdit::Move(from, to.clone())),
            ("fill-down", []) => Ok(BlockEdit::FillDown(from)),
            ("fill-right", []) => Ok(BlockEdit::FillRight(from)),
            ("sort", keys) => {
                let keys = keys.iter().map(|key| match key.strip_prefix('-') {
                    Some(column) => (column.to_owned(), true),
                    None => (key.clone(), false),
                });
                Ok(BlockEdit::Sort(from, keys.collect()))
            }
            _ => Err(format!("`{verb} {block}` needs something more or less")),
        }
    }
}
