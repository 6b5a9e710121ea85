//! Whose code an instruction is, when the compiler has put one function into another.
//!
//! Fat LTO makes one function of ours out of three crates' code, so the symbol that holds a call to `core::panicking` does not
//! say who wrote it. The debug information does; it lies beside the code and changes nothing in it.

use addr2line::Context;
use addr2line::gimli::{Dwarf, EndianSlice, LittleEndian};
use object::read::{Object, ObjectSection};

/// The inlined functions of an image.
pub struct Inlined<'a>(Option<Context<EndianSlice<'a, LittleEndian>>>);

impl<'a> Inlined<'a> {
    /// Reads the debug sections; an image without them has no inlined functions that anybody could tell.
    pub fn read(file: &object::File<'a>) -> Self {
        let section = |name: &str| {
            let bytes = file.section_by_name(name).and_then(|section| section.data().ok());
            EndianSlice::new(bytes.unwrap_or_default(), LittleEndian)
        };
        let dwarf = Dwarf::load(|id| Ok::<_, ()>(section(id.name())));
        Self(dwarf.ok().and_then(|dwarf| Context::from_dwarf(dwarf).ok()))
    }

    /// The functions whose code the instruction at `address` is, as the linker would name them: the innermost one first, the
    /// one that has the symbol last.
    pub fn functions(&self, address: u64) -> Vec<String> {
        let Some(context) = &self.0 else {
            return Vec::new();
        };
        let mut names = Vec::new();
        if let Ok(mut frames) = context.find_frames(address).skip_all_loads() {
            while let Ok(Some(frame)) = frames.next() {
                let name = frame
                    .function
                    .and_then(|name| name.raw_name().ok().map(Into::into));
                names.extend(name);
            }
        }
        names
    }
}
