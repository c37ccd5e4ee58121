//! Loaders' packages: one file in `bin/` of the zip for Technic, and a zip of its own for readers of Solder.

use kleister_formats::solder::{Bytes, Kept, Package, Zip, packages};
use kleister_formats::{Bundle, Content, File, LoaderPackage, Policy, Release, technic};
use md5::{Digest, Md5};

use crate::{entries, laid_out, releases};

/// A release whose loader's package was at hand when it was published.
fn packaged(name: &str, path: &str) -> Release {
    let (_, release) = releases::all().into_iter().find(|(known, _)| *known == name).unwrap();
    let File { path, hashes, size, .. } = releases::own(path, Policy::Force);
    let (sha256, crc32) = (hashes.sha256.unwrap(), hashes.crc32.unwrap());
    Release { loader_package: Some(LoaderPackage { path, sha256, size, crc32 }), ..release }
}

/// The same with the package among its own files, of which tests read what is in archives.
fn with_file(release: &Release) -> Release {
    let path = release.loader_package.as_ref().unwrap().path.as_str();
    let mut release = release.clone();
    release.files.push(releases::own(path, Policy::Force));
    release
}

/// The loader's zip among those of a release, as it is laid out.
fn zip(release: &Release) -> (Package, Vec<u8>) {
    let package = packages(release).into_iter().find(|package| package.name.contains("-loader")).unwrap();
    let Bytes::Planned(plan) = &package.bytes else { panic!("it is laid out of a stored file") };
    let bytes = laid_out(plan, &with_file(release));
    (package, bytes)
}

fn names(release: &Release) -> Vec<String> {
    packages(release).into_iter().map(|package| format!("{} {}", package.name, package.version)).collect()
}

#[test]
fn zip_for_technic_has_the_loaders_package() {
    for (name, path) in [("neoforge", "bin/modpack.jar"), ("quilt", "bin/version.json"), ("fabric", "bin/version.json")]
    {
        let release = packaged(name, path);
        let bundle = technic::write(&release).unwrap();
        let entries = entries(&bundle, &with_file(&release));
        assert_eq!(entries[path], releases::bytes(path), "{name}");
        assert!(bundle.losses.iter().all(|loss| loss.what != "loader"), "{name}");
    }
}

#[test]
fn loader_is_a_zip_for_readers_of_solder_that_is_never_made_differently() {
    let release = packaged("neoforge", "bin/modpack.jar");
    assert_eq!(names(&release), ["farm 1", "more 1", "neoforge-loader 47.1.106-1.20.1"]);
    let (package, bytes) = zip(&release);
    assert_eq!(package.described.pretty_name, "neoforge loader");
    assert_eq!(hex::encode(Md5::digest(&bytes)), "c24ccb22e7f222034535a92da5dd1afe");
    let (_, quilt) = zip(&packaged("quilt", "bin/version.json"));
    assert_eq!(hex::encode(Md5::digest(&quilt)), "85b121564c85222d39b6db2a5a81c556");
    let again = Release::from_document(&release.to_document()).unwrap();
    assert!(again == release && packages(&again) == packages(&release));
}

#[test]
fn builds_own_package_wins() {
    let own = with_file(&packaged("neoforge", "bin/modpack.jar"));
    assert_eq!(names(&own), ["farm 1", "more 1", "pack-files 1.0"]);
    let once = Release { loader_package: None, ..own.clone() };
    let written = |release| -> Bundle { technic::write(release).unwrap() };
    assert_eq!(written(&own), written(&once));
}

#[test]
fn zip_of_the_loader_has_a_name_that_no_other_zip_has() {
    let mut release = packaged("neoforge", "bin/modpack.jar");
    release.files[0].content.as_mut().unwrap().module = "NeoForge-loader".to_owned();
    assert_eq!(names(&release), ["more 1", "NeoForge-loader 1", "neoforge-loader-2 47.1.106-1.20.1"]);
}

#[test]
fn loader_that_came_as_a_zip_from_a_solder_does_not_come_twice() {
    let mut release = packaged("neoforge", "bin/modpack.jar");
    let zip = |module: &str| Zip {
        id: 7,
        name: module.to_owned(),
        version: "1".to_owned(),
        content: Content { module: module.to_owned(), name: module.to_owned(), version: "1".to_owned(), licence: None },
        author: None,
        description: None,
        link: None,
        md5: "a".repeat(32),
        sha256: "b".repeat(64),
        size: 9,
    };
    release.solder = Some(Kept { zips: vec![zip("farm")], ..Kept::default() });
    assert_eq!(names(&release), ["farm 1", "more 1", "neoforge-loader 47.1.106-1.20.1"]);
    release.solder = Some(Kept { zips: vec![zip("farm"), zip("forge")], ..Kept::default() });
    assert_eq!(names(&release), ["farm 1", "forge 1", "more 1"]);
    release.solder = Some(Kept { id: Some(3), ..release.solder.unwrap() });
    assert_eq!(names(&release), ["farm 1", "forge 1"]);
}

#[test]
fn loss_of_the_loader_says_how_to_mend_it() {
    for (name, how) in [
        ("neoforge", "`kleister admin loaders package neoforge 47.1.106 1.20.1 FILE`"),
        ("quilt", "as bin/version.json"),
        ("forge-1.20.1", "as bin/modpack.jar"),
    ] {
        let (_, release) = releases::all().into_iter().find(|(known, _)| *known == name).unwrap();
        let loss = technic::write(&release).unwrap_err();
        assert!(loss.what == "loader" && loss.why.contains(how), "{name}: {}", loss.why);
    }
}
