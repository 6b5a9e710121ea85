//! Containers in NOR flash: two slots each, power-cut safe, with roll-back.
//!
//! The store keeps, for each container id, the container that runs and a spare slot into which the next one is received;
//! a log of what was tried; and the trust record. It knows neither CBOR nor signatures: ids, sequences, digests and
//! manifests are the caller's. Every mutating operation is carried on by [`Store::step`] with at most one program or one
//! erase, so that the node around it never blocks for longer.
//!
//! Bytes in flash: `docs/spec/flash.md`. States and who moves them: `docs/spec/lifecycle.md`.
//!
//! # An update, call by call
//! ```
//! # use motebox_store::mock::{MockFlash, Cells};
//! # use motebox_store::{Header, Layout, State, Store, Written};
//! # fn main() -> Result<(), motebox_store::Error> {
//! # let (manifest, payload, digest) = (b"signed by somebody", b"print('hello')", [7; 32]);
//! let mut flash = MockFlash::<64, 256>::new(16 * 1024, Cells::Strict);
//! let layout = Layout::of::<MockFlash<64, 256>>(0, 1024);
//! let mut store = Store::<2>::mount(layout, &mut flash)?;
//! store.settle()?;
//! store.run_to_end(&mut flash, &[])?;
//!
//! // The manifest was verified: only now does flash change.
//! let header = Header { id: b"alarm", sequence: 1, payload_len: 14, digest: &digest, manifest };
//! let slot = store.begin(&mut flash, &header)?;
//! store.run_to_end(&mut flash, manifest)?;
//! let pair = usize::from(slot.pair);
//! while store.offset(pair) < 14 {
//!     let at = store.offset(pair);
//!     store.write(&mut flash, pair, at, &payload[at as usize..])?;
//! }
//! // Read back through `read`, digest found right:
//! store.commit(pair)?;
//! store.run_to_end(&mut flash, &[])?;
//! store.start_trial(&mut flash, slot, &[1; 12])?;
//! store.run_to_end(&mut flash, &[])?;
//! // It ran well:
//! store.confirm(slot)?;
//! store.run_to_end(&mut flash, &[])?;
//!
//! // After a power cut, the same is there.
//! let store = Store::<2>::mount(layout, &mut flash)?;
//! assert_eq!(store.newest(pair, State::Confirmed), Some(slot));
//! assert_eq!(store.tried(&mut flash, b"alarm")?.map(|tried| tried.sequence), Some(1));
//! # Ok(()) }
//! ```
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "mock")]
extern crate std;

mod error;
mod front;
mod layout;
#[cfg(feature = "mock")]
pub mod mock;
mod nor;
mod receive;
mod record;
mod records;
mod slot;
mod step;
mod store;
mod update;
mod window;

pub use error::Error;
pub use front::Header;
pub use layout::{ATTEMPTS, CHUNK, Layout, MANIFEST_MAX, Resume, TRUST_MAX};
pub use receive::Written;
pub use records::Tried;
pub use slot::{SlotInfo, State};
pub use step::Progress;
pub use store::{Slot, Store};
