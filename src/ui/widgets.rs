//! Drawing code that several screens and dialogs share.

pub mod age;
pub mod audit;
pub mod candidates;
pub mod choice;
pub mod clock;
pub mod countdown;
pub mod cut;
pub mod destination;
pub mod dialog;
pub mod failure;
pub mod field;
pub mod footer;
pub mod form;
pub mod half;
pub mod header;
pub mod matrix;
pub mod next_keys;
pub mod over;
pub mod overriding;
pub mod row_actions;
pub mod rows;
pub mod spinner;
pub mod tabs;
pub mod token;
pub mod token_rows;
