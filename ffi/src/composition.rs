//! Why a composition is refused: the negative of its number in `docs/spec/composition.md`, section 4. `mbx_crime_detail` tells
//! the offending module, and the number that is carried; *where* is an offset in bytes.

/// A composition: the message ends in the middle. Carries its length.
pub const MBX_E_COMPOSITION_TRUNCATED: i32 = -2101;
/// A composition: an item is not in its one encoding. Carries where.
pub const MBX_E_COMPOSITION_ENCODING: i32 = -2102;
/// A composition: another type of item, or length of an array, belongs here. Carries where.
pub const MBX_E_COMPOSITION_TYPE: i32 = -2103;
/// A composition: a parameter is given twice, or out of order. Carries where.
pub const MBX_E_COMPOSITION_KEY_ORDER: i32 = -2104;
/// A composition: bytes follow the message. Carries where.
pub const MBX_E_COMPOSITION_TRAILING: i32 = -2105;
/// A composition: another version. Carries it.
pub const MBX_E_COMPOSITION_VERSION: i32 = -2106;
/// A composition: no stack, or a stack without modules.
pub const MBX_E_COMPOSITION_EMPTY: i32 = -2201;
/// A composition: there is no module with this id. Carries the id.
pub const MBX_E_COMPOSITION_UNKNOWN_MODULE: i32 = -2202;
/// A composition: the module has no such parameter. Carries its index.
pub const MBX_E_COMPOSITION_UNKNOWN_PARAMETER: i32 = -2203;
/// A composition: a parameter is out of its range, or a trigger is. Carries the value.
pub const MBX_E_COMPOSITION_RANGE: i32 = -2204;
/// A composition: the lowest module is no channel.
pub const MBX_E_COMPOSITION_NO_CHANNEL: i32 = -2205;
/// A composition: the module needs another interface than the one below offers.
pub const MBX_E_COMPOSITION_INTERFACE: i32 = -2206;
/// A composition: a singlehop module over a multihop one.
pub const MBX_E_COMPOSITION_SCOPE: i32 = -2207;
/// A composition: the top is no application, and the stack is not merged.
pub const MBX_E_COMPOSITION_OPEN_TOP: i32 = -2208;
/// A composition: another stack has the channel. Carries the channel.
pub const MBX_E_COMPOSITION_CHANNEL_TAKEN: i32 = -2209;
/// A composition: there is no module to merge into. Carries its number.
pub const MBX_E_COMPOSITION_NO_PARENT: i32 = -2210;
/// A composition: the stack is merged, over others or directly, into itself.
pub const MBX_E_COMPOSITION_CYCLE: i32 = -2211;
/// A composition: the module merged into does not take what the top offers.
pub const MBX_E_COMPOSITION_MERGE_INTERFACE: i32 = -2212;
/// A composition: a stack should be merged into the module, and none is.
pub const MBX_E_COMPOSITION_NOTHING_MERGED: i32 = -2213;
/// A composition: too few records of stacks. Carries how many are needed.
pub const MBX_E_COMPOSITION_STACKS: i32 = -2301;
/// A composition: too few records of modules. Carries how many are needed.
pub const MBX_E_COMPOSITION_MODULES: i32 = -2302;
/// A composition: too few words for parameters, timers and state. Carries how many are needed.
pub const MBX_E_COMPOSITION_WORDS: i32 = -2303;
/// A composition: too few packet slots. Carries how many are needed.
pub const MBX_E_COMPOSITION_SLOTS: i32 = -2304;
/// A composition: the module could not be opened.
pub const MBX_E_COMPOSITION_OPEN: i32 = -2305;
