pub(crate) mod online;
