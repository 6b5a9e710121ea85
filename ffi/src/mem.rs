//! What C hands over: memory for objects, structs, byte strings, places for results; and the flag that keeps two calls
//! from meeting in one object.

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::error::{MBX_E_BUSY, MBX_E_JS_ARENA, MBX_E_NULL, MBX_E_OBJECT, MBX_E_SIZE, MBX_OK};

/// What lies in an object.
pub(crate) trait Content {
    /// What stands in an object that was initialised, of this kind and no other; its complement while a call is in it.
    const ALIVE: u32;
}

/// What stands there while the object is being made, and when that failed.
const UNBORN: u32 = 0;

/// An object in the caller's memory. The flag lies outside of what calls have a `&mut` of. It is no lock between threads:
/// an object belongs to one. It is what a callback meets that calls back.
#[repr(C)]
pub(crate) struct Object<T> {
    flag: AtomicU32,
    inner: MaybeUninit<T>,
}

impl<T: Content> Object<T> {
    /// Bytes that are needed for an object wherever the memory begins, with `extra` bytes behind it; `usize::MAX` for more
    /// than there can be.
    pub(crate) const fn bytes(extra: usize) -> usize {
        (size_of::<Self>() + align_of::<Self>() - 1).saturating_add(extra)
    }

    /// The first fitting address in memory of `len` bytes. An object that was there before is none any more.
    ///
    /// # Errors
    /// `MBX_E_NULL`; `MBX_E_SIZE` when there is less than [`Object::bytes`].
    ///
    /// # Safety
    /// `memory` is NULL or has `len` bytes that are the caller's to give away.
    pub(crate) unsafe fn place(memory: *mut c_void, len: usize, extra: usize) -> Result<NonNull<Self>, i32> {
        let memory = NonNull::new(memory).ok_or(MBX_E_NULL)?;
        let skip = memory.addr().get().wrapping_neg() % align_of::<Self>();
        if len.saturating_sub(skip) < size_of::<Self>().saturating_add(extra) {
            return Err(MBX_E_SIZE);
        }
        // SAFETY: `skip` is below `len`, which the memory has; the flag lies behind it, and is aligned there. Whoever is
        // called back while the object is being made, and has a pointer from an earlier life of the memory, meets this flag.
        unsafe {
            let object = memory.byte_add(skip).cast::<Self>();
            (&raw mut (*object.as_ptr()).flag).write(AtomicU32::new(UNBORN));
            Ok(object)
        }
    }

    /// The content of an object, for the one that makes it.
    pub(crate) fn inner(object: NonNull<Self>) -> *mut T {
        // SAFETY: only an address is computed; `inner` is within the object.
        unsafe { (&raw mut (*object.as_ptr()).inner).cast() }
    }

    /// Says that the content is complete.
    ///
    /// # Safety
    /// The content was written.
    pub(crate) unsafe fn born(object: NonNull<Self>) {
        // SAFETY: the object's place is writable.
        unsafe { (&raw mut (*object.as_ptr()).flag).write(AtomicU32::new(T::ALIVE)) };
    }

    /// Enters an object until the answer is dropped.
    ///
    /// # Errors
    /// `MBX_E_NULL`, `MBX_E_BUSY`, `MBX_E_OBJECT` for memory in which no object of this kind was made.
    ///
    /// # Safety
    /// `object` is NULL, or four bytes at least can be read and written there, and it belongs to this thread.
    pub(crate) unsafe fn enter(object: *mut Self) -> Result<Entered<T>, i32> {
        let object = NonNull::new(object).ok_or(MBX_E_NULL)?;
        if !object.is_aligned() {
            return Err(MBX_E_OBJECT);
        }
        // SAFETY: the caller's promise; the flag is never borrowed mutably.
        let flag = unsafe { &(*object.as_ptr()).flag };
        let found = flag.load(Relaxed);
        if found == T::ALIVE {
            flag.store(!T::ALIVE, Relaxed);
            Ok(Entered(object))
        } else if found == !T::ALIVE {
            Err(MBX_E_BUSY)
        } else {
            Err(MBX_E_OBJECT)
        }
    }
}

/// A call in an object.
pub(crate) struct Entered<T: Content>(NonNull<Object<T>>);

impl<T: Content> Entered<T> {
    /// The object's content, which this call has to itself.
    pub(crate) fn inner(&self) -> *mut T {
        Object::inner(self.0)
    }

    /// Moves the content out: from now on the object is none.
    #[cfg(feature = "stacks")]
    pub(crate) fn take(self) -> T {
        let place = self.0;
        core::mem::forget(self);
        // SAFETY: this call has the content to itself, and nobody enters again.
        unsafe {
            (*place.as_ptr()).flag.store(0, Relaxed);
            Object::inner(place).read()
        }
    }
}

impl<T: Content> Drop for Entered<T> {
    fn drop(&mut self) {
        // SAFETY: the object is there as long as a call is in it.
        unsafe { &(*self.0.as_ptr()).flag }.store(T::ALIVE, Relaxed);
    }
}

/// No memory of C's is larger: what is, is a negative number that became a length.
const LARGEST: usize = isize::MAX as usize;

/// Whether two pieces of memory of C's have no byte in common. Asked before either becomes a slice.
pub(crate) fn apart(one: *const u8, len: usize, other: *const u8, other_len: usize) -> bool {
    let (one, other) = (one.addr(), other.addr());
    len == 0 || other_len == 0 || one.saturating_add(len) <= other || other.saturating_add(other_len) <= one
}

/// Bytes from C. NULL is an empty string when `len` is 0, else an error.
///
/// # Errors
/// `MBX_E_NULL`; `MBX_E_SIZE` for more than there can be.
///
/// # Safety
/// NULL, or `len` bytes that stay for `'a`.
pub(crate) unsafe fn bytes<'a>(from: *const u8, len: usize) -> Result<&'a [u8], i32> {
    if len == 0 {
        return Ok(&[]);
    }
    if len > LARGEST {
        return Err(MBX_E_SIZE);
    }
    let from = NonNull::new(from.cast_mut()).ok_or(MBX_E_NULL)?;
    // SAFETY: the caller's promise.
    Ok(unsafe { NonNull::slice_from_raw_parts(from, len).as_ref() })
}

/// Room for bytes that go to C. Errors as [`bytes`].
///
/// # Safety
/// NULL, or `cap` initialised or uninitialised bytes that nobody else uses for `'a`.
pub(crate) unsafe fn room<'a>(to: *mut u8, cap: usize) -> Result<&'a mut [u8], i32> {
    if cap == 0 {
        return Ok(&mut []);
    }
    if cap > LARGEST {
        return Err(MBX_E_SIZE);
    }
    let to = NonNull::new(to).ok_or(MBX_E_NULL)?;
    // SAFETY: the caller's promise. Bytes of C are any bytes.
    Ok(unsafe { NonNull::slice_from_raw_parts(to, cap).as_mut() })
}

/// A struct from C that begins with its own size.
///
/// # Errors
/// `MBX_E_NULL`; `MBX_E_SIZE` when it is not this struct's.
///
/// # Safety
/// NULL, or a struct of the size that it says, which stays for `'a`.
pub(crate) unsafe fn structure<'a, T>(from: *const T) -> Result<&'a T, i32> {
    if from.is_null() {
        return Err(MBX_E_NULL);
    }
    // SAFETY: all structs that cross begin with a `uint32_t`.
    if unsafe { from.cast::<u32>().read() } as usize != size_of::<T>() {
        return Err(MBX_E_SIZE);
    }
    // SAFETY: the caller's promise, and the size is right.
    Ok(unsafe { &*from })
}

/// A place for a result.
pub(crate) fn place<T>(to: *mut T) -> Result<NonNull<T>, i32> {
    NonNull::new(to).ok_or(MBX_E_NULL)
}

/// Memory at any address as whole words.
///
/// # Safety
/// NULL, or `len` bytes that nobody else uses for `'m`.
pub(crate) unsafe fn words<'m>(memory: *mut c_void, len: usize) -> Result<&'m mut [u32], i32> {
    let memory = place(memory)?;
    let skip = memory.addr().get().wrapping_neg() % align_of::<u32>();
    let count = len.saturating_sub(skip) / size_of::<u32>();
    if count == 0 {
        return Err(MBX_E_JS_ARENA);
    }
    // SAFETY: the caller's promise; the words lie within the memory, at a multiple of their size. Any bits are a `u32`.
    unsafe {
        let first = memory.byte_add(skip).cast::<u32>();
        Ok(core::slice::from_raw_parts_mut(first.as_ptr(), count))
    }
}

/// What C gets of a call's outcome.
pub(crate) fn code(outcome: Result<i32, i32>) -> i32 {
    match outcome {
        Ok(code) | Err(code) => code,
    }
}

/// The outcome of a call that has nothing more to say.
pub(crate) const DONE: Result<i32, i32> = Ok(MBX_OK);
