//! A minimal list as the lower bound: made-up rows, the one under the cursor in reverse, and no
//! unnecessary byte.

use std::{
    fmt::Write as _,
    io::{self, Read as _, Write as _, stdin, stdout},
};

use rustix::termios::{OptionalActions, tcgetattr, tcgetwinsize, tcsetattr};

/// The command line argument that runs it.
pub const NAME: &str = "floor";
/// On the screen once the list is there.
pub const READY: &str = "row-00010";

struct List {
    count: usize,
    rows: usize,
    columns: usize,
    top: usize,
    cursor: usize,
}

/// Runs until `q` is pressed.
pub fn run(count: usize) {
    let size = tcgetwinsize(stdout()).unwrap();
    let before = tcgetattr(stdin()).unwrap();
    let mut raw = before.clone();
    raw.make_raw();
    tcsetattr(stdin(), OptionalActions::Now, &raw).unwrap();
    let (rows, columns) = (usize::from(size.ws_row), usize::from(size.ws_col));
    let mut list = List { count, rows: rows - 2, columns, top: 0, cursor: 0 };
    let mut out = format!("\x1b[?1049h\x1b[?25l\x1b[2;{}r", rows - 1);
    list.all(&mut out);
    let mut keys = [0; 4096];
    loop {
        send(&out).unwrap();
        out.clear();
        let length = stdin().read(&mut keys).unwrap_or(0);
        let keys = String::from_utf8_lossy(&keys[..length]);
        if length == 0 || keys.contains('q') {
            break;
        }
        let downs = keys.matches("\x1b[B").count();
        list.down(downs, &mut out);
    }
    send("\x1b[r\x1b[?25h\x1b[?1049l").unwrap();
    tcsetattr(stdin(), OptionalActions::Now, &before).unwrap();
}

fn send(text: &str) -> io::Result<()> {
    stdout().write_all(text.as_bytes())?;
    stdout().flush()
}

impl List {
    fn row(&self, row: usize, out: &mut String) {
        let text = format!(
            "  row-{row:05}   {:08x}   ingest,query dataset-{:03}   expires in {:3} days   owner {:04}",
            row.wrapping_mul(2_654_435_761) % 0xffff_ffff,
            row % 977,
            row % 365,
            row % 1009,
        );
        let text = &text[..text.len().min(self.columns - 1)];
        if row == self.cursor {
            out.extend(["\x1b[7m", text, "\x1b[m"]);
        } else {
            out.push_str(text);
        }
    }

    fn all(&self, out: &mut String) {
        for line in 0..self.rows.min(self.count) {
            write!(out, "\x1b[{}H\x1b[K", line + 2).unwrap();
            self.row(self.top + line, out);
        }
    }

    fn down(&mut self, by: usize, out: &mut String) {
        let before = self.cursor;
        self.cursor = (before + by).min(self.count - 1);
        let top = self.top.max((self.cursor + 1).saturating_sub(self.rows));
        match (self.cursor - before, top - self.top) {
            (0, _) => {}
            (_, 0) => {
                for row in [before, self.cursor] {
                    write!(out, "\x1b[{}H", row - top + 2).unwrap();
                    self.row(row, out);
                }
            }
            (1, 1) => {
                self.top = top;
                write!(out, "\x1b[{}H", self.rows + 1).unwrap();
                self.row(before, out);
                out.push_str("\r\n");
                self.row(self.cursor, out);
            }
            _ => {
                self.top = top;
                self.all(out);
            }
        }
    }
}
