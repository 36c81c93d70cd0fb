//! Which issuers of certificates are trusted: the library reads them from where
//! `SSL_CERT_FILE` and `SSL_CERT_DIR` say, or from the system, and passes over
//! what it cannot use. A file that is named and cannot be used is an error here.

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

/// Largest file of certificates that is read, in bytes. A system's list has some
/// 250 kB.
const CAP: u64 = 16 * 1024 * 1024;

/// Where trusted issuers are read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roots {
    System,
    /// The file in `SSL_CERT_FILE`, and how many certificates it holds.
    File(PathBuf, usize),
    /// The folders in `SSL_CERT_DIR`.
    Folders(OsString),
}

impl Roots {
    /// Where they are read from, by the variables that `get` looks up.
    ///
    /// # Errors
    /// If the file that is named cannot be used.
    pub fn find(get: impl Fn(&str) -> Option<OsString>) -> Result<Self, RootsFault> {
        // Elsewhere the system's own verifier decides, and reads no variable.
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

    /// What it means that there is not one certificate.
    #[must_use]
    pub const fn missing(&self) -> RootsFault {
        match self {
            Self::System => RootsFault::NoneOnSystem,
            Self::File(..) => RootsFault::NoCertificate,
            Self::Folders(_) => RootsFault::EmptyFolder,
        }
    }
}

/// How many certificates a file holds; at least one.
fn count(file: &std::path::Path) -> Result<usize, RootsFault> {
    let unusable = |e: std::io::Error| match e.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => RootsFault::Missing,
        _ => RootsFault::Unreadable,
    };
    // Opening a pipe would wait for a writer.
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
    // As the library does it: what cannot be read is passed over.
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
        // A sequence in DER, which a certificate is.
        (0, false) if bytes.starts_with(&[0x30]) => Err(RootsFault::Der),
        (0, false) => Err(RootsFault::NoCertificate),
        (0, true) => Err(RootsFault::Damaged),
        (usable, _) => Ok(usable),
    }
}
