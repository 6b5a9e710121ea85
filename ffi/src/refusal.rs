//! Why a container is refused: the negative of its number in `docs/spec/container.md`, section 6, which devices show over
//! CoAP as well. What a number carries is what `mbx_envelope_detail` tells; *where* is an offset in bytes, from the start of
//! the COSE_Sign1 (11xx), of the manifest (12xx) or of the container (13xx).

/// The COSE_Sign1: it ends in the middle of an item. Carries the bytes that are needed at least.
pub const MBX_E_COSE_TRUNCATED: i32 = -1101;
/// The COSE_Sign1: a head is not in its shortest form. Carries where.
pub const MBX_E_COSE_LONG_FORM: i32 = -1102;
/// The COSE_Sign1: indefinite length, or a break. Carries where.
pub const MBX_E_COSE_INDEFINITE: i32 = -1103;
/// The COSE_Sign1: reserved additional information. Carries where.
pub const MBX_E_COSE_RESERVED: i32 = -1104;
/// The COSE_Sign1: another type of item belongs here. Carries where.
pub const MBX_E_COSE_TYPE: i32 = -1105;
/// The COSE_Sign1: a key stands twice. Carries where.
pub const MBX_E_COSE_DUPLICATE_KEY: i32 = -1106;
/// The COSE_Sign1: keys are not in ascending order. Carries where.
pub const MBX_E_COSE_KEY_ORDER: i32 = -1107;
/// The COSE_Sign1: an integer or a length beyond 32 bits. Carries where.
pub const MBX_E_COSE_TOO_LARGE: i32 = -1108;
/// The COSE_Sign1: no tag.
pub const MBX_E_COSE_NO_TAG: i32 = -1110;
/// The COSE_Sign1: another tag than 18. Carries the tag.
pub const MBX_E_COSE_OTHER_TAG: i32 = -1111;
/// The COSE_Sign1: not an array of four. Carries how many.
pub const MBX_E_COSE_NOT_FOUR: i32 = -1112;
/// The COSE_Sign1: no alg.
pub const MBX_E_COSE_NO_ALG: i32 = -1113;
/// The COSE_Sign1: an alg that is not accepted. Carries it.
pub const MBX_E_COSE_ALG: i32 = -1114;
/// The COSE_Sign1: no kid.
pub const MBX_E_COSE_NO_KID: i32 = -1115;
/// The COSE_Sign1: the kid is not 1 to 8 bytes long. Carries its length.
pub const MBX_E_COSE_KID_LENGTH: i32 = -1116;
/// The COSE_Sign1: a `crit` header. Carries where.
pub const MBX_E_COSE_CRIT: i32 = -1117;
/// The COSE_Sign1: another label. Carries where.
pub const MBX_E_COSE_OTHER_LABEL: i32 = -1118;
/// The COSE_Sign1: the unprotected header is not empty. Carries its entries.
pub const MBX_E_COSE_UNPROTECTED: i32 = -1119;
/// The COSE_Sign1: nil payload. Carries where.
pub const MBX_E_COSE_NIL: i32 = -1120;
/// The COSE_Sign1: the manifest is not 1 to 256 bytes long. Carries its length.
pub const MBX_E_COSE_MANIFEST_LENGTH: i32 = -1121;
/// The COSE_Sign1: the signature is not 64 bytes long. Carries its length.
pub const MBX_E_COSE_SIGNATURE_LENGTH: i32 = -1122;
/// The COSE_Sign1: bytes follow it, or its protected map. Carries where.
pub const MBX_E_COSE_TRAILING: i32 = -1123;
/// The COSE_Sign1: the protected header is longer than 64 bytes. Carries its length.
pub const MBX_E_COSE_PROTECTED_LENGTH: i32 = -1124;
/// The manifest: it ends in the middle of an item. Carries the bytes that are needed at least.
pub const MBX_E_MANIFEST_TRUNCATED: i32 = -1201;
/// The manifest: a head is not in its shortest form. Carries where.
pub const MBX_E_MANIFEST_LONG_FORM: i32 = -1202;
/// The manifest: indefinite length, or a break. Carries where.
pub const MBX_E_MANIFEST_INDEFINITE: i32 = -1203;
/// The manifest: reserved additional information. Carries where.
pub const MBX_E_MANIFEST_RESERVED: i32 = -1204;
/// The manifest: another type of item belongs here. Carries where.
pub const MBX_E_MANIFEST_TYPE: i32 = -1205;
/// The manifest: a key stands twice. Carries where.
pub const MBX_E_MANIFEST_DUPLICATE_KEY: i32 = -1206;
/// The manifest: keys are not in ascending order. Carries where.
pub const MBX_E_MANIFEST_KEY_ORDER: i32 = -1207;
/// The manifest: an integer or a length beyond 32 bits. Carries where.
pub const MBX_E_MANIFEST_TOO_LARGE: i32 = -1208;
/// The manifest: a key that is not specified. Carries where.
pub const MBX_E_MANIFEST_UNKNOWN_KEY: i32 = -1210;
/// The manifest: a key is missing. Carries the key.
pub const MBX_E_MANIFEST_MISSING_KEY: i32 = -1211;
/// The manifest: a key does not belong to this kind. Carries the key.
pub const MBX_E_MANIFEST_FOREIGN_KEY: i32 = -1212;
/// The manifest: a value is out of its range, an array has another length, or a map or array is empty. Carries where.
pub const MBX_E_MANIFEST_VALUE: i32 = -1213;
/// The manifest: another format version. Carries it.
pub const MBX_E_MANIFEST_VERSION: i32 = -1214;
/// The manifest: an unknown kind. Carries it.
pub const MBX_E_MANIFEST_KIND: i32 = -1215;
/// The manifest: no container id, or not one for this kind. Carries where.
pub const MBX_E_MANIFEST_ID: i32 = -1216;
/// The manifest: the chunk digests do not fit the length. Carries their bytes, and those expected.
pub const MBX_E_MANIFEST_CHUNKS: i32 = -1217;
/// The manifest: text that is not printable ASCII, or no path. Carries where.
pub const MBX_E_MANIFEST_TEXT: i32 = -1218;
/// The manifest: bytes follow it. Carries where.
pub const MBX_E_MANIFEST_TRAILING: i32 = -1219;
/// The container: text form: a byte order mark.
pub const MBX_E_FORM_BYTE_ORDER_MARK: i32 = -1301;
/// The container: text form: a blank, CR or LF before the header.
pub const MBX_E_FORM_BLANK: i32 = -1302;
/// The container: text form: `#!` before the header.
pub const MBX_E_FORM_SHEBANG: i32 = -1303;
/// The container: text form: no header of this version. Carries where.
pub const MBX_E_FORM_NO_HEADER: i32 = -1304;
/// The container: text form: not a base64url character. Carries where.
pub const MBX_E_FORM_BASE64: i32 = -1305;
/// The container: text form: base64url with bits left over, or of no whole length. Carries where.
pub const MBX_E_FORM_BASE64_END: i32 = -1306;
/// The container: the COSE_Sign1 is longer than 342 bytes. Carries the limit.
pub const MBX_E_FORM_TOO_LONG: i32 = -1307;
/// The container: text form: not a lower-case hexadecimal digit. Carries where.
pub const MBX_E_FORM_HEX: i32 = -1308;
/// The container: text form: the header does not end with `*`, `/` and LF. Carries where.
pub const MBX_E_FORM_HEADER_END: i32 = -1309;
/// The container: text form: the header ends with CR LF. Carries where.
pub const MBX_E_FORM_CARRIAGE_RETURN: i32 = -1310;
/// The container: text form: the hash in the header is not the one in the manifest.
pub const MBX_E_FORM_HEADER_HASH: i32 = -1311;
/// The container: text form of another kind, or of an encoded payload. Carries the kind.
pub const MBX_E_FORM_NOT_TEXT: i32 = -1312;
/// The container: the script begins with a second header.
pub const MBX_E_FORM_SECOND_HEADER: i32 = -1313;
/// The container: binary form: the payload is no byte string with a shortest head. Carries where.
pub const MBX_E_FORM_PAYLOAD_HEAD: i32 = -1320;
/// The container: binary form: the length in the head of the payload is not the one in the manifest. Carries both.
pub const MBX_E_FORM_PAYLOAD_LENGTH: i32 = -1321;
/// The container: bytes follow a command. Carries where.
pub const MBX_E_FORM_TRAILING: i32 = -1322;
/// The container: the container ends in its header. Carries the bytes that are needed at least.
pub const MBX_E_FORM_INCOMPLETE: i32 = -1323;
/// Not for this place: another id than that of the place.
pub const MBX_E_REFUSED_ID: i32 = -1401;
/// Not for this place: a kind that is not taken here. Carries it.
pub const MBX_E_REFUSED_KIND: i32 = -1402;
/// Not for this place: an encoding that cannot be undone. Carries it.
pub const MBX_E_REFUSED_ENCODING: i32 = -1403;
/// Not for this place: for another device.
pub const MBX_E_REFUSED_TARGET: i32 = -1404;
/// Not for this place: signed by an unknown key.
pub const MBX_E_REFUSED_KEY: i32 = -1405;
/// Not for this place: the id is out of the scope of the key.
pub const MBX_E_REFUSED_KEY_ID_SCOPE: i32 = -1406;
/// Not for this place: the kind is out of the scope of the key. Carries it.
pub const MBX_E_REFUSED_KEY_KIND_SCOPE: i32 = -1407;
/// Not for this place: permissions beyond what the key may grant. Carries the key of the permission.
pub const MBX_E_REFUSED_GRANT: i32 = -1408;
/// Not for this place: the payload is longer than the slot. Carries both.
pub const MBX_E_REFUSED_TOO_LONG: i32 = -1409;
/// Not for this place: about a version that is not there. Carries it, and the one that is there.
pub const MBX_E_REFUSED_BASE: i32 = -1410;
/// Not for this place: below what was tried. Carries its sequence, and the one tried.
pub const MBX_E_REFUSED_STALE: i32 = -1411;
/// Not for this place: another manifest used this sequence. Carries it.
pub const MBX_E_REFUSED_SEQUENCE_USED: i32 = -1412;
/// Not for this place: below the security floor. Carries its sequence, and the floor.
pub const MBX_E_REFUSED_FLOOR: i32 = -1413;
/// The signature: S is not below the order of the group.
pub const MBX_E_SIGNATURE_S: i32 = -1501;
/// The signature: the public key has small order.
pub const MBX_E_SIGNATURE_SMALL_ORDER_KEY: i32 = -1502;
/// The signature: R has small order.
pub const MBX_E_SIGNATURE_SMALL_ORDER_R: i32 = -1503;
/// The signature: the public key is not in canonical encoding.
pub const MBX_E_SIGNATURE_KEY: i32 = -1504;
/// The signature: R is not in canonical encoding.
pub const MBX_E_SIGNATURE_R: i32 = -1505;
/// The signature: the signature does not fit.
pub const MBX_E_SIGNATURE_MISMATCH: i32 = -1506;
/// The payload: a chunk has another digest. Carries which.
pub const MBX_E_PAYLOAD_CHUNK: i32 = -1601;
/// The payload: the whole has another SHA-256.
pub const MBX_E_PAYLOAD_DIGEST: i32 = -1602;
/// The payload: more bytes than announced. Carries the limit.
pub const MBX_E_PAYLOAD_TOO_LONG: i32 = -1603;
/// The payload: less bytes than announced. Carries both.
pub const MBX_E_PAYLOAD_TOO_SHORT: i32 = -1604;
