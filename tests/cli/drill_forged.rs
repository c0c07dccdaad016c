//! Drills over material that somebody changed, beside files that do not belong there, and with no room for the report.

use std::fs;

use coldvault::register::{CarrierState, Register, Role, VaultState};

use crate::scene::{EXCEPTIONS, Scene};
use crate::support::Mounted;

const D3: &str = "drill --rehearsal --from v1 --from legal1 --from audit1";
const IN: &str = "--register register.json";

fn sealed() -> Scene {
    let scene = Scene::new();
    scene.seal("--rehearsal --register register.json").exits(0);
    scene
}

fn register(scene: &Scene) -> Register {
    Register::from_bytes(&fs::read(scene.at("register.json")).unwrap()).unwrap()
}

fn vault(scene: &Scene) -> VaultState {
    register(scene).state().vaults[0].clone()
}

fn id_of(scene: &Scene, medium: &str) -> String {
    let text = fs::read_to_string(scene.file(medium, "carrier.json")).unwrap();
    let (_, rest) = text.split_once("\"carrier_id\"").unwrap();
    rest.split('"').nth(1).unwrap().to_owned()
}

#[test]
fn a_copy_that_took_the_id_of_another_one_is_named_and_is_not_entered_as_that() {
    let scene = sealed();
    let (first, second) = (id_of(&scene, "v1"), id_of(&scene, "v2"));
    scene.edit("v1", "carrier.json", &first, &second);
    scene.rehash("v1");
    let said = "its id is that of another carrier in the register";
    scene
        .run(&format!("drill --kind D2 --from v1 {IN}"))
        .says(said);
    scene.run(&format!("verify v1 {IN}")).exits(0).says(said);
    let vault = vault(&scene);
    let copies = |one: &&CarrierState| one.role == Role::Vault;
    let copies: Vec<_> = vault.carriers.iter().filter(copies).collect();
    assert_eq!(copies.len(), 2);
    assert!(copies.iter().all(|one| one.checked.is_none()));
}

#[test]
fn real_material_is_no_practice_in_a_share_check_or_a_copy_check() {
    let scene = Scene::new();
    scene.seal(EXCEPTIONS).exits(0);
    for drill in [
        "--kind D1 --from legal1 --from audit1",
        "--kind D2 --from v1",
    ] {
        scene.run(&format!("drill {drill} --rehearsal")).exits(5);
    }
}

#[test]
fn a_signed_report_is_not_written_beside_the_key_of_another_vault() {
    let scene = sealed();
    let other = coldvault::signature::Identity::derive(
        &coldvault::secret::SecretBytes::copied(&[7; 32]),
        "test",
    );
    scene.put("reports/vault.pub", other.public_key().to_pem().as_bytes());
    scene
        .run(&format!("{D3} --report reports/d.json"))
        .exits(5)
        .says("is not the key of this vault");
    assert!(!scene.at("reports/d.json").exists());
}

#[test]
fn the_words_of_the_report_before_are_refused() {
    let scene = sealed();
    let words = "--challenge river";
    scene
        .run(&format!("{D3} {words} --report d1.json"))
        .mentions("PASS");
    scene
        .run(&format!("{D3} {words} --previous d1.json --report d2.json"))
        .exits(5)
        .says("gives new words each time");
    assert!(!scene.at("d2.json").exists());
}

#[test]
fn a_drill_whose_report_has_no_room_is_not_entered_and_leaves_nothing_half_written() {
    let scene = sealed();
    let at = scene.at("small");
    let Some(_mounted) = Mounted::tmpfs(&at, "size=8k") else {
        return;
    };
    scene
        .run(&format!("{D3} {IN} --report small/d.json"))
        .exits(6);
    assert!(register(&scene).state().drills.is_empty());
    assert_eq!(fs::read_dir(&at).unwrap().count(), 0);
}

#[test]
fn a_vault_copy_that_the_register_never_saw_is_named_by_a_copy_check() {
    let scene = sealed();
    let rebuilt = "--register rebuilt.json";
    scene
        .run(&format!("register rebuild --from v2 {rebuilt}"))
        .exits(0);
    scene
        .run(&format!("drill --kind D2 --from v2 {rebuilt}"))
        .exits(12)
        .says("1 of 2; not copy 1 of 2, which was never seen by this register");
}
