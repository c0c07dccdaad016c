//! What kind of file something is, by its first bytes.

/// What kind of file holds pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A document; of one with a password no page is read.
    Pdf,
    /// A picture.
    Png,
    /// A picture.
    Jpeg,
    /// One picture or several.
    Tiff,
}

/// A PDF may begin a little later: mail programs and printers put lines of their own before it.
const PDF_BEGINS: usize = 1024;

impl Format {
    /// By its first bytes, of which 1024 are enough; `None` for anything else.
    pub fn of(start: &[u8]) -> Option<Self> {
        let early = start.get(..PDF_BEGINS).unwrap_or(start);
        match start {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Self::Tiff),
            _ if early.windows(5).any(|part| part == b"%PDF-") => Some(Self::Pdf),
            _ => None,
        }
    }
}

const HEIC: &str = "a HEIC picture, which is not read: set the phone to JPEG (\"most compatible\"), or scan to PDF";

/// Why a file that people take for a scan is none, as the end of "it is ...", with what to do; `None` for what nobody
/// would take for a scan, and for what [`Format::of`] knows.
pub fn not_taken(start: &[u8]) -> Option<&'static str> {
    if Format::of(start).is_some() {
        return None;
    }
    match start {
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => match brand.get(..4) {
            Some(b"avif" | b"avis") => {
                Some("an AVIF picture, which is not read: save it as PNG or JPEG")
            }
            Some(b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1") => {
                Some(HEIC)
            }
            _ => Some("a film, which is not read: take a photo of each page"),
        },
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("a WebP picture, which is not read: save it as PNG or JPEG"),
        [b'G', b'I', b'F', b'8', ..] => {
            Some("a GIF picture, which is not read: save it as PNG or JPEG")
        }
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => {
            Some("a BMP picture, which is not read: save it as PNG or JPEG")
        }
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => {
            Some("a JPEG 2000 picture, which is not read: save it as PNG or JPEG")
        }
        [0xff, 0x0a, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => {
            Some("a JPEG XL picture, which is not read: save it as PNG or JPEG")
        }
        [b'A', b'T', b'&', b'T', b'F', b'O', b'R', b'M', ..] => {
            Some("a DjVu document, which is not read: save it as PNG or JPEG")
        }
        [b'8', b'B', b'P', b'S', ..] => {
            Some("a Photoshop picture, which is not read: save it as PNG or JPEG")
        }
        [b'%', b'!', b'P', b'S', ..] => Some("PostScript, which is not read: print it to a PDF"),
        [b'P', b'K', 3, 4, ..] => Some(
            "a Word or other office document, or a zip archive: print it to a PDF, or take the pictures out",
        ),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            Some("an office document, which is not read: print it to a PDF")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_first_bytes_and_not_by_its_name() {
        assert_eq!(Format::of(b"%PDF-1.7\n"), Some(Format::Pdf));
        assert_eq!(
            Format::of(b"\r\n\r\nfrom the printer\n%PDF-1.4"),
            Some(Format::Pdf)
        );
        assert_eq!(Format::of(b"\x89PNG\r\n\x1a\n...."), Some(Format::Png));
        assert_eq!(Format::of(b"\xff\xd8\xff\xe0"), Some(Format::Jpeg));
        assert_eq!(Format::of(b"II*\0"), Some(Format::Tiff));
        assert_eq!(Format::of(b"MM\0*"), Some(Format::Tiff));
        for other in [&b""[..], b"II", b"PNG", b"\xff\xd8", b"CV1/S/A/"] {
            assert_eq!(Format::of(other), None, "{other:?}");
        }
        let late = [&[b' '; PDF_BEGINS][..], b"%PDF-1.7"].concat();
        assert_eq!(Format::of(&late), None);
    }

    #[test]
    fn pictures_that_are_not_read_say_what_to_do() {
        let cases: [(&[u8], &str); 8] = [
            (b"\0\0\0\x18ftypheic....", "set the phone to JPEG"),
            (b"\0\0\0\x18ftypmif1....", "set the phone to JPEG"),
            (b"\0\0\0\x1cftypavif....", "AVIF"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "WebP"),
            (b"GIF89a", "GIF"),
            (b"BM\x36\0\0\0\0\0\0\0", "BMP"),
            (b"PK\x03\x04....", "print it to a PDF"),
            (b"\0\0\0\x18ftypqt  ", "take a photo"),
        ];
        for (start, says) in cases {
            let why = not_taken(start);
            assert!(
                why.is_some_and(|why| why.contains(says)),
                "{start:?}: {why:?}"
            );
        }
        for start in [
            &b"CV1/S/A/"[..],
            b"",
            b"%PDF-1.7",
            b"\xff\xd8\xff",
            b"{\"a\":1}",
        ] {
            assert_eq!(not_taken(start), None, "{start:?}");
        }
    }
}
