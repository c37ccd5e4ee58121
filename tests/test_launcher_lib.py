"""minecraft-launcher-lib installs the served `.mrpack` as a launcher does, and ends with exactly the right files."""

from urllib.parse import quote

import pytest
from authors import make_build, make_mod, make_optional, make_pack, publish, release
from jars import jar
from minecraft_launcher_lib.mrpack import get_mrpack_information, get_mrpack_launch_version, install_mrpack

JEI = {version: jar("Just Enough Items", version) for version in ("15.2.0", "15.3.0")}
MAP = jar("Mini Map", size=60_000)
BACKUPS = jar("Backups")


@pytest.fixture
def pack(server):
    """Sky Isles 1.0: a mod for both sides, one for clients, one for servers."""
    make_pack(server, "Sky Isles", summary="Islands in the sky.")
    make_mod(server, "Just Enough Items", JEI, slug="jei")
    make_mod(server, "Mini Map", {"2.0": MAP}, side="client")
    make_mod(server, "Backups", {"0.9+beta [x]": BACKUPS}, side="server")
    release(server, "sky-isles", "1.0", [("jei", "15.2.0"), ("mini-map", "2.0"), ("backups", "0.9+beta [x]")])


def download(server, folder, release):
    """The release's `.mrpack`, saved by the launcher."""
    served = server.get(f"/packs/sky-isles/{quote(release)}/pack.mrpack", token=None)
    assert served.status == 200
    path = folder / f"{release}.mrpack"
    path.write_bytes(served.body)
    return path


def install(path, instance, optional=()):
    """Installs a downloaded pack, without Minecraft itself."""
    options = {"skipDependenciesInstall": True, "optionalFiles": list(optional)}
    install_mrpack(path, instance.parent / "minecraft", modpack_directory=instance, mrpack_install_options=options)


def files(instance):
    return {str(path.relative_to(instance)): path.read_bytes() for path in instance.rglob("*") if path.is_file()}


def test_client_gets_its_files_and_no_others(server, pack, tmp_path):
    install(download(server, tmp_path, "1.0"), tmp_path / "instance")
    assert files(tmp_path / "instance") == {"mods/jei-15.2.0.jar": JEI["15.2.0"], "mods/mini-map-2.0.jar": MAP}


def test_pack_tells_what_it_is(server, pack, tmp_path):
    path = download(server, tmp_path, "latest")
    assert get_mrpack_information(path) == {
        "name": "Sky Isles",
        "summary": "Islands in the sky.",
        "versionId": "1.0",
        "formatVersion": 1,
        "minecraftVersion": "1.21.1",
        "optionalFiles": [],
    }
    assert get_mrpack_launch_version(path) == "1.21.1"


def test_second_build_installs_to_the_new_state(server, pack, tmp_path):
    release(server, "sky-isles", "2.0", [("jei", "15.3.0"), ("mini-map", "2.0")])
    install(download(server, tmp_path, "latest"), tmp_path / "new")
    assert files(tmp_path / "new") == {"mods/jei-15.3.0.jar": JEI["15.3.0"], "mods/mini-map-2.0.jar": MAP}

    # The old one is there as it was, for those who stay with it.
    install(download(server, tmp_path, "1.0"), tmp_path / "old")
    assert files(tmp_path / "old") == {"mods/jei-15.2.0.jar": JEI["15.2.0"], "mods/mini-map-2.0.jar": MAP}


def test_same_file_name_with_new_bytes_is_replaced(server, pack, tmp_path):
    for version, content in (("1", b"old"), ("2", b"new")):
        assert server.upload("jei", version, jar("Tweaks", content.decode()), file_name="tweaks.jar").status == 200
        release(server, "sky-isles", f"3.{version}", [("jei", version)])
        install(download(server, tmp_path, "latest"), tmp_path / "instance")
        assert files(tmp_path / "instance") == {"mods/tweaks.jar": jar("Tweaks", content.decode())}


def test_optional_mod_is_installed_for_those_who_choose_it(server, pack, tmp_path):
    make_build(server, "sky-isles", "2.0", [("jei", "15.2.0"), ("mini-map", "2.0")])
    make_optional(server, "sky-isles", "2.0", "mini-map", "Shows where you are.")
    publish(server, "sky-isles", "2.0")
    path = download(server, tmp_path, "2.0")
    assert get_mrpack_information(path)["optionalFiles"] == ["mods/mini-map-2.0.jar"]

    install(path, tmp_path / "without")
    assert files(tmp_path / "without") == {"mods/jei-15.2.0.jar": JEI["15.2.0"]}
    install(path, tmp_path / "with", optional=["mods/mini-map-2.0.jar"])
    assert files(tmp_path / "with") == {"mods/jei-15.2.0.jar": JEI["15.2.0"], "mods/mini-map-2.0.jar": MAP}


def test_awkward_names_arrive_as_they_are(server, pack, tmp_path):
    name = "Mod [1.21] ünï+100% #1.jar"
    assert server.upload("jei", "awkward", JEI["15.2.0"], file_name=name).status == 200
    release(server, "sky-isles", "Ω 2.0 #1+100%", [("jei", "awkward")])
    path = download(server, tmp_path, "Ω 2.0 #1+100%")
    assert get_mrpack_information(path)["versionId"] == "Ω 2.0 #1+100%"
    install(path, tmp_path / "instance")
    assert files(tmp_path / "instance") == {f"mods/{name}": JEI["15.2.0"]}
