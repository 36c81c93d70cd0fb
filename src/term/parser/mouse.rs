//! Decodes mouse reports in their three encodings.

use crate::app::mouse::{Gesture, Pointer};

const MOTION: u32 = 32;
const WHEEL: u32 = 64;
const MORE: u32 = 128;
const BUTTON: u32 = 0b11;

/// SGR: `CSI < button ; x ; y M`, or `m` for a release, which is ignored.
pub(super) fn sgr(button: u32, x: u32, y: u32) -> Option<Pointer> {
    let gesture = match button & BUTTON {
        _ if button & MORE != 0 => return None,
        0 if button & WHEEL != 0 => Gesture::WheelUp,
        1 if button & WHEEL != 0 => Gesture::WheelDown,
        _ if button & WHEEL != 0 => return None,
        _ if button & MOTION != 0 => Gesture::Move,
        0 => Gesture::Press,
        _ => return None,
    };
    let cell = |n: u32| u16::try_from(n.checked_sub(1)?).ok();
    Some(Pointer { gesture, x: cell(x)?, y: cell(y)? })
}

/// rxvt: `CSI button ; x ; y M`.
pub(super) fn rxvt(button: u32, x: u32, y: u32) -> Option<Pointer> {
    sgr(button.checked_sub(32)?, x, y)
}

/// X10: `CSI M` and three bytes; screen still sends it.
pub(super) fn x10(button: u8, x: u8, y: u8) -> Option<Pointer> {
    let number = |byte: u8| u32::from(byte).checked_sub(32);
    sgr(number(button)?, number(x)?, number(y)?)
}
