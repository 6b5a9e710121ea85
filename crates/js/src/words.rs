//! A block of 32-bit words whose fields have names: what the engine keeps between two steps, and the compiler
//! between two of its states. It is copied from and to the arena as it is.

/// `N` words.
#[derive(Clone, Copy)]
pub(crate) struct Words<const N: usize>([u32; N]);
/// The number of a word: one of the constants that [`fields`] makes.
#[derive(Clone, Copy)]
pub(crate) struct Field(pub(crate) usize);

impl<const N: usize> Words<N> {
    pub(crate) const fn new() -> Self {
        Words([0; N])
    }
    /// The first words of `mem`; zeros where it has not that many.
    #[cfg(feature = "regexp")]
    pub(crate) fn load(mem: &[u32]) -> Self {
        let mut words = Self::new();
        words.fill(mem);
        words
    }
    /// Takes the first words of `mem`.
    pub(crate) fn fill(&mut self, mem: &[u32]) {
        crate::heap::copy(&mut self.0, mem);
    }
    pub(crate) fn store(&self, mem: &mut [u32]) {
        crate::heap::copy(mem, &self.0);
    }
    /// Reads and writes a field that is not known when this is compiled.
    pub(crate) fn get(&self, field: Field) -> u32 {
        self.0.get(field.0).copied().unwrap_or(0)
    }
    pub(crate) fn set(&mut self, field: Field, value: u32) {
        if let Some(word) = self.0.get_mut(field.0) {
            *word = value;
        }
    }
    /// The words from `first` on, up to `end`.
    pub(crate) fn range(&mut self, first: Field, end: Field) -> &mut [u32] {
        self.0.get_mut(first.0..end.0).unwrap_or(&mut [])
    }
}
#[allow(clippy::indexing_slicing)] // fields are constants below N
impl<const N: usize> core::ops::Index<Field> for Words<N> {
    type Output = u32;
    #[inline]
    fn index(&self, field: Field) -> &u32 {
        &self.0[field.0]
    }
}
#[allow(clippy::indexing_slicing)] // as above
impl<const N: usize> core::ops::IndexMut<Field> for Words<N> {
    #[inline]
    fn index_mut(&mut self, field: Field) -> &mut u32 {
        &mut self.0[field.0]
    }
}

/// Names the words of a block, in their order, and counts them.
macro_rules! fields {
    ($(#[$outer:meta])* mod $module:ident; const $count:ident; $($(#[$doc:meta])* $name:ident,)*) => {
        $(#[$outer])*
        #[allow(non_upper_case_globals)]
        pub(crate) mod $module {
            use crate::words::Field;
            #[allow(non_camel_case_types)]
            enum Index { $($(#[$doc])* $name,)* Count }
            pub(crate) const COUNT: usize = Index::Count as usize;
            $($(#[$doc])* pub(crate) const $name: Field = Field(Index::$name as usize);)*
        }
        pub(crate) const $count: usize = $module::COUNT;
    };
}
pub(crate) use fields;
