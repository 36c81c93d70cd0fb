//! The terminal's clipboard, by OSC 52: the only way that works over SSH. The
//! terminal does not answer, so nobody knows whether it arrived.

use std::io::{self, Write};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

/// Asks the terminal to put a text on its clipboard: in one piece, ended by
/// BEL, which every terminal with OSC 52 understands.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn write_osc52(out: &mut impl Write, text: &str) -> io::Result<()> {
    let encoded = Zeroizing::new(STANDARD.encode(text));
    out.write_all(b"\x1b]52;c;")?;
    out.write_all(encoded.as_bytes())?;
    out.write_all(b"\x07")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_piece_ended_by_bel() {
        let mut out = Vec::new();
        write_osc52(&mut out, "xaat-1").unwrap();
        assert_eq!(out, b"\x1b]52;c;eGFhdC0x\x07");
    }
}
