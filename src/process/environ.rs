//! Takes a secret out of the environment so that nothing of it is left: not for
//! the programs that this one starts, and not in the block of memory in which
//! the system handed it over, which `/proc/PID/environ` and `ps e` show.
//!
//! The one file with unsafe code: removing a variable leaves its bytes in that
//! block, and no safe function reaches them.

#![expect(unsafe_code, reason = "only a pointer reaches the original environment block")]

use std::ffi::{CStr, OsString, c_char};

use zeroize::Zeroize as _;

unsafe extern "C" {
    /// Pointers to `NAME=value`, each ended by a zero; the last is null.
    static mut environ: *mut *mut c_char;
}

/// The variable, which is gone from the environment afterwards, its bytes
/// overwritten. `None` if it is not set.
///
/// Only for the start of `main`: while no second thread exists that could read
/// the environment at the same time. A test checks where it is called.
#[must_use]
pub fn take_secret_env(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name);
    // SAFETY: There is one thread, so nobody reads or changes the environment
    // meanwhile, and no reference into it is alive: `var_os` gave a copy.
    unsafe { wipe(name) };
    // SAFETY: As above.
    unsafe { std::env::remove_var(name) };
    value
}

/// Overwrites the value in every entry of this name: there can be several, and
/// `getenv` finds only the first.
///
/// # Safety
/// Nobody else may use the environment meanwhile.
unsafe fn wipe(name: &str) {
    // SAFETY: The C library keeps it, null or pointing to an array that ends
    // with a null; nobody changes it now.
    let mut entries = unsafe { environ };
    while !entries.is_null() {
        // SAFETY: Not past the final null, at which the loop ends.
        let entry = unsafe { *entries };
        if entry.is_null() {
            return;
        }
        // SAFETY: An entry that is not null is a C string.
        let length = unsafe { CStr::from_ptr(entry) }.count_bytes();
        // SAFETY: These are its bytes without the final zero. The block is
        // writable memory of this process, and nothing else refers to it now.
        let bytes = unsafe { std::slice::from_raw_parts_mut(entry.cast::<u8>(), length) };
        if let Some((head, value)) = bytes.split_at_mut_checked(name.len() + 1)
            && head.strip_suffix(b"=") == Some(name.as_bytes())
        {
            value.zeroize();
        }
        // SAFETY: The entry was not the final null, so there is a next one.
        entries = unsafe { entries.add(1) };
    }
}
