//! Generated from `wit/`.

wit_bindgen::generate!({
    path: ["../../../wit", "wit"],
    world: "sx:tenant/tenant",
    additional_derives: [PartialEq],
    generate_all
});
