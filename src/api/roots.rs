//! Where trusted root certificates come from. The HTTP library loads them from
//! `SSL_CERT_FILE`, `SSL_CERT_DIR` or the system and skips what it cannot use; here, a named
//! file that cannot be used is an error.

use std::{
    ffi::OsString,
    fs::File,
    io::{ErrorKind, Read as _},
    path::PathBuf,
};

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::error::{CERT_DIR, CERT_FILE, RootsFault};

/// Size limit of a certificate file, in bytes. A system's list has about 250 kB.
const CAP: u64 = 16 * 1024 * 1024;

/// Where trusted root certificates are loaded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    /// The system's certificate store.
    System,
    /// The file in `SSL_CERT_FILE`, and its number of usable certificates.
    File(PathBuf, usize),
    /// The folders in `SSL_CERT_DIR`.
    Folders(OsString),
}

impl Roots {
    /// The source that the environment selects. `get` looks up a variable.
    ///
    /// # Errors
    /// If the file in `SSL_CERT_FILE` cannot be used.
    pub fn find(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, RootsFault> {
        // On Apple platforms the system's verifier decides, and it reads no variable.
        if cfg!(target_vendor = "apple") {
            return Ok(Self::System);
        }
        if let Some(name) = get(CERT_FILE) {
            if name.is_empty() {
                return Err(RootsFault::Unnamed);
            }
            let file = PathBuf::from(name);
            let count = count(&file)?;
            return Ok(Self::File(file, count));
        }
        Ok(get(CERT_DIR).filter(|dirs| !dirs.is_empty()).map_or(Self::System, Self::Folders))
    }

    /// The error for a source without a single usable certificate.
    #[must_use]
    pub const fn missing(&self) -> RootsFault {
        match self {
            Self::System => RootsFault::NoneOnSystem,
            Self::File(..) => RootsFault::NoCertificate,
            Self::Folders(_) => RootsFault::EmptyFolder,
        }
    }
}

/// The number of usable certificates in a file; at least one.
fn count(file: &std::path::Path) -> Result<usize, RootsFault> {
    let unusable = |e: std::io::Error| match e.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => RootsFault::Missing,
        _ => RootsFault::Unreadable,
    };
    // Opening a pipe would block until it has a writer.
    if !std::fs::metadata(file).map_err(unusable)?.is_file() {
        return Err(RootsFault::NotFile);
    }
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|f| f.take(CAP + 1).read_to_end(&mut bytes));
    read.map_err(unusable)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > CAP) {
        return Err(RootsFault::TooLarge);
    }
    if bytes.trim_ascii().is_empty() {
        return Err(RootsFault::Empty);
    }
    // Like the library: skip what cannot be parsed.
    let (mut certificates, mut damaged) = (Vec::new(), false);
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        match certificate {
            Ok(certificate) => certificates.push(certificate),
            Err(_) => damaged = true,
        }
    }
    damaged |= !certificates.is_empty();
    let (usable, _) = RootCertStore::empty().add_parsable_certificates(certificates);
    match (usable, damaged) {
        // The DER tag of a sequence, with which every certificate begins.
        (0, false) if bytes.starts_with(&[0x30]) => Err(RootsFault::Der),
        (0, false) => Err(RootsFault::NoCertificate),
        (0, true) => Err(RootsFault::Damaged),
        (usable, _) => Ok(usable),
    }
}
