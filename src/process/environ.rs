//! Removes a secret from the environment completely: child processes do not inherit it, and it is
//! wiped from the original environment block, which `/proc/PID/environ` and `ps e` show.
//!
//! The only file with unsafe code: removing a variable leaves its bytes in that block, which no
//! safe function can reach.

#![expect(unsafe_code, reason = "only a pointer reaches the original environment block")]

use std::ffi::{CStr, OsString, c_char};

use zeroize::Zeroize as _;

unsafe extern "C" {
    /// Pointers to zero-terminated `NAME=value` strings, ended by a null pointer.
    static mut environ: *mut *mut c_char;
}

/// Returns a variable, removes it from the environment and overwrites its bytes. `None` if it is
/// not set.
///
/// Call it only at the start of `main`, while no second thread can read the environment. A test
/// checks the call site.
#[must_use]
pub fn take_secret_env(name: &str) -> Option<OsString> {
    let value = std::env::var_os(name);
    // SAFETY: There is only one thread, so nothing else reads or changes the environment, and no
    // reference into it is alive: `var_os` returned a copy.
    unsafe { wipe(name) };
    // SAFETY: As above.
    unsafe { std::env::remove_var(name) };
    value
}

/// Overwrites the value in every entry of this name: there can be several, and `getenv` finds
/// only the first.
///
/// # Safety
/// No other thread may use the environment during the call.
unsafe fn wipe(name: &str) {
    // SAFETY: The C library keeps `environ` null or pointing to an array that ends with a null
    // pointer; no other thread changes it now.
    let mut entries = unsafe { environ };
    while !entries.is_null() {
        // SAFETY: The loop ends at the final null pointer, so this is within the array.
        let entry = unsafe { *entries };
        if entry.is_null() {
            return;
        }
        // SAFETY: Every entry that is not null is a C string.
        let length = unsafe { CStr::from_ptr(entry) }.count_bytes();
        // SAFETY: These are the entry's bytes without the final zero. The block is writable
        // memory of this process, and nothing else refers to it now.
        let bytes = unsafe { std::slice::from_raw_parts_mut(entry.cast::<u8>(), length) };
        if let Some((head, value)) = bytes.split_at_mut_checked(name.len() + 1)
            && head.strip_suffix(b"=") == Some(name.as_bytes())
        {
            value.zeroize();
        }
        // SAFETY: The entry was not the final null pointer, so there is a next one.
        entries = unsafe { entries.add(1) };
    }
}
