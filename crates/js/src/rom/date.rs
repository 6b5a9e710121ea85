//! `Date` and `performance` (feature `date`).

use crate::builtins::date;
use crate::romcode;

use super::table::*;
use super::*;

family! {
    after typed;
    functions {
        DATE G_DATE 7 0 Date;
        DATE_NEW EMPTY 7 0 Js(DATE_NEW);
        DATE_CALLED EMPTY 0 0 Js(DATE_CALLED);
        DATE_BOX EMPTY 1 0 Native(date::new);
        IS_DATE EMPTY 1 0 Native(date::is);
        DATE_TEXT EMPTY 1 0 Native(date::text);
        DATE_SET EMPTY 3 0 Js(DATE_SET);
        DATE_PUT EMPTY 3 0 Native(date::put);
    }
    DATE_PROTO: OBJECT_PROTO OBJECT NO_FUNCTION, [
        method(n::CONSTRUCTOR, DATE_CTOR),
    ] {
        DATE_VALUE VALUE_OF 0 0 Native(date::value);
        DATE_TO_STRING TO_STRING 0 0 Js(DATE_TO_STRING);
        DATE_TO_LOCALE_STRING TO_LOCALE_STRING 0 0 Js(DATE_TO_STRING);
        DATE_TO_JSON TO_JSON 1 0 Js(DATE_TO_JSON);
        GET_TIME GET_TIME 0 0 Native(date::value);
        SET_TIME SET_TIME 1 0 Js(SET_TIME);
        GET_TIMEZONE_OFFSET GET_TIMEZONE_OFFSET 0 0 Native(date::offset);
        TO_DATE_STRING TO_DATE_STRING 0 0 Js(TO_DATE_STRING);
        TO_TIME_STRING TO_TIME_STRING 0 0 Js(TO_TIME_STRING);
        TO_LOCALE_DATE_STRING TO_LOCALE_DATE_STRING 0 0 Js(TO_DATE_STRING);
        TO_LOCALE_TIME_STRING TO_LOCALE_TIME_STRING 0 0 Js(TO_TIME_STRING);
        TO_UTC_STRING TO_UTC_STRING 0 0 Js(TO_UTC_STRING);
        TO_ISO_STRING TO_ISO_STRING 0 0 Js(TO_ISO_STRING);
        GET_FULLYEAR GET_FULLYEAR 0 0 Native(date::year);
        SET_FULLYEAR SET_FULLYEAR 3 0 Js(SET_FULLYEAR);
        GET_UTC_FULLYEAR GET_UTC_FULLYEAR 0 0 Native(date::year);
        SET_UTC_FULLYEAR SET_UTC_FULLYEAR 3 0 Js(SET_FULLYEAR);
        GET_MONTH GET_MONTH 0 0 Native(date::month);
        SET_MONTH SET_MONTH 2 0 Js(SET_MONTH);
        GET_UTC_MONTH GET_UTC_MONTH 0 0 Native(date::month);
        SET_UTC_MONTH SET_UTC_MONTH 2 0 Js(SET_MONTH);
        GET_DATE GET_DATE 0 0 Native(date::day);
        SET_DATE SET_DATE 1 0 Js(SET_DATE);
        GET_UTC_DATE GET_UTC_DATE 0 0 Native(date::day);
        SET_UTC_DATE SET_UTC_DATE 1 0 Js(SET_DATE);
        GET_HOURS GET_HOURS 0 0 Native(date::hours);
        SET_HOURS SET_HOURS 4 0 Js(SET_HOURS);
        GET_UTC_HOURS GET_UTC_HOURS 0 0 Native(date::hours);
        SET_UTC_HOURS SET_UTC_HOURS 4 0 Js(SET_HOURS);
        GET_MINUTES GET_MINUTES 0 0 Native(date::minutes);
        SET_MINUTES SET_MINUTES 3 0 Js(SET_MINUTES);
        GET_UTC_MINUTES GET_UTC_MINUTES 0 0 Native(date::minutes);
        SET_UTC_MINUTES SET_UTC_MINUTES 3 0 Js(SET_MINUTES);
        GET_SECONDS GET_SECONDS 0 0 Native(date::seconds);
        SET_SECONDS SET_SECONDS 2 0 Js(SET_SECONDS);
        GET_UTC_SECONDS GET_UTC_SECONDS 0 0 Native(date::seconds);
        SET_UTC_SECONDS SET_UTC_SECONDS 2 0 Js(SET_SECONDS);
        GET_MILLISECONDS GET_MILLISECONDS 0 0 Native(date::milliseconds);
        SET_MILLISECONDS SET_MILLISECONDS 1 0 Js(SET_MILLISECONDS);
        GET_UTC_MILLISECONDS GET_UTC_MILLISECONDS 0 0 Native(date::milliseconds);
        SET_UTC_MILLISECONDS SET_UTC_MILLISECONDS 1 0 Js(SET_MILLISECONDS);
        GET_DAY GET_DAY 0 0 Native(date::weekday);
        GET_UTC_DAY GET_UTC_DAY 0 0 Native(date::weekday);
    }
    DATE_CTOR: FUNCTION_PROTO FUNCTION of(f::DATE), [
        prop(n::PROTOTYPE, FIXED, Value::obj(DATE_PROTO)),
    ] {
        DATE_NOW NOW 0 0 Native(date::now);
        DATE_PARSE PARSE 1 0b10_00 Native(date::parse);
        UTC UTC 7 0b01_01_01_00 Native(date::utc);
    }
    PERFORMANCE: OBJECT_PROTO OBJECT NO_FUNCTION, [] {
        UPTIME NOW 0 0 Native(date::uptime);
    }
}
