//! The text of a script: mapped, or read through a window.

/// The text of the running script, read through a window. It must not change while the engine holds the script.
pub trait Source {
    /// Fills `buf` with the bytes from `offset` (in bytes) on; the engine asks for no byte behind the length it was given.
    fn read(&self, offset: u32, buf: &mut [u8]);
    /// The whole text, where it can be addressed. Then names and literals stay there and take no heap; the
    /// same text must be given to every later step. The answer must not change while a script is loaded.
    fn mapped(&self) -> Option<&[u8]> {
        None
    }
}
/// A text in memory: the engine leaves names and literals where they are.
pub struct Mapped<'t>(pub &'t [u8]);
impl Source for Mapped<'_> {
    fn read(&self, offset: u32, buf: &mut [u8]) {
        copy_text(self.0, offset, buf);
    }
    fn mapped(&self) -> Option<&[u8]> {
        Some(self.0)
    }
}
/// A text that the engine reads piece by piece, as it would from flash that cannot be addressed.
pub struct Windowed<'t>(pub &'t [u8]);
impl Source for Windowed<'_> {
    fn read(&self, offset: u32, buf: &mut [u8]) {
        copy_text(self.0, offset, buf);
    }
}
fn copy_text(text: &[u8], offset: u32, buf: &mut [u8]) {
    let from = text.get(offset as usize..).unwrap_or(&[]);
    for (to, from) in buf.iter_mut().zip(from) {
        *to = *from;
    }
}
pub(super) struct NoSource;
impl Source for NoSource {
    fn read(&self, _: u32, _: &mut [u8]) {}
}
