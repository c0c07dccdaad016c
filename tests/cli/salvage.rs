//! `restore --salvage`: every copy is damaged, and what is whole in any of them comes back.

use std::fs;

use crate::scene::Scene;
use crate::support::noise;

/// Overwrites some bytes in the payload of a medium.
fn damage(scene: &Scene, medium: &str, place: usize) {
    let path = scene
        .at(medium)
        .join(scene.folder(medium))
        .join("payload.age");
    let mut bytes = fs::read(&path).unwrap();
    bytes[place..place + 8].fill(0xa5);
    fs::write(&path, bytes).unwrap();
}

const PLAIN: &str = "restore --from v1 --from v2 --from legal1 --from ops1 --into out --rehearsal";

/// A vault with two files of 9 MiB and small ones.
fn large() -> Scene {
    let scene = Scene::new();
    scene.put("node/a.db", &noise(9 << 20));
    scene.put("node/b.db", &noise(9 << 20));
    scene.seal("--rehearsal").exits(0);
    scene
}

#[test]
fn two_copies_damaged_in_different_places_give_everything_together() {
    let scene = large();
    damage(&scene, "v1", 3_000_000);
    damage(&scene, "v2", 15_000_000);
    scene.run(PLAIN).exits(4).says("--salvage");
    scene.is_absent("out");
    scene
        .run(&format!("{PLAIN} --salvage"))
        .exits(0)
        .says("Salvaged");
    for name in ["a.db", "b.db"] {
        let back = fs::read(scene.at("out/INCOMPLETE/node/0").join(name)).unwrap();
        assert!(
            back == fs::read(scene.at("node").join(name)).unwrap(),
            "{name}"
        );
    }
}

#[test]
fn what_is_damaged_in_every_copy_is_named_as_lost_and_the_rest_comes_back() {
    let scene = large();
    for medium in ["v1", "v2"] {
        damage(&scene, medium, 5_000_000);
    }
    scene
        .run(&format!("{PLAIN} --salvage"))
        .exits(4)
        .says("node/0/a.db")
        .says("is lost");
    let folder = scene.at("out/INCOMPLETE/node/0");
    assert!(!folder.join("a.db").exists());
    let back = fs::read(folder.join("b.db")).unwrap();
    assert!(back == fs::read(scene.at("node/b.db")).unwrap());
}
