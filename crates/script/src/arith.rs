//! Whose arithmetic on doubles is used.
//!
//! A chip without hardware for them links a routine for each operation, about 2.6 kB for four. An engine that brings its
//! own lends them here, so that there is one set in the image.

/// The four operations of IEEE 754, rounded to the nearest.
pub trait Arithmetic {
    /// `a + b`
    fn add(a: f64, b: f64) -> f64;
    /// `a - b`
    fn sub(a: f64, b: f64) -> f64;
    /// `a * b`
    fn mul(a: f64, b: f64) -> f64;
    /// `a / b`
    fn div(a: f64, b: f64) -> f64;
}

/// The processor's, or what the compiler links in its place.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Arithmetic for Plain {
    fn add(a: f64, b: f64) -> f64 {
        a + b
    }
    fn sub(a: f64, b: f64) -> f64 {
        a - b
    }
    fn mul(a: f64, b: f64) -> f64 {
        a * b
    }
    fn div(a: f64, b: f64) -> f64 {
        a / b
    }
}
