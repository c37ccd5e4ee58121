"""Minecraft and its loaders through the published Python client: synced, attached, listed, dropped; and imported."""

import kleister
import pytest
from kleister.exceptions import ApiException, ForbiddenException, NotFoundException, ServiceException
from running import PASSWORD, Server
from upstream import FAMILIES, Upstream, maven

NEWEST = {"minecraft": "1.21.1", "forge": "47.2.0", "neoforge": "21.1.77", "quilt": "0.26.4", "fabric": "0.16.5"}


@pytest.fixture
def upstream():
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture
def syncing(tmp_path, upstream):
    """A server that fetches its lists from the upstream of the tests, with its administrator and a draft."""
    server = Server(tmp_path / "server")
    server.environment = upstream.environment()
    server.start().become_admin()
    assert server.post("/api/v1/packs", {"name": "Sky"}).status == 200
    assert server.post("/api/v1/packs/sky/builds", {"name": "1.0"}).status == 200
    yield server
    server.stop()


class Family:
    """The five operations of one family in the published client, whose names differ only by the family's."""

    def __init__(self, server, name):
        configuration = kleister.Configuration(host=server.api, access_token=server.token)
        title = name.capitalize()
        api = getattr(kleister, f"{title}Api")(kleister.ApiClient(configuration))
        self.list = getattr(api, f"list_{name}s")
        self.sync = getattr(api, f"update_{name}")
        self.builds = getattr(api, f"list_{name}_builds")
        self.attach = getattr(api, f"attach_{name}_to_build")
        self.drop = getattr(api, f"delete_{name}_from_build")
        self.name = name

    def names(self, **query):
        return [release.name for release in self.list(**query).versions]


def draft(build="1.0"):
    return kleister.AttachMinecraftToBuildRequest(pack="sky", build=build)


@pytest.mark.parametrize("name", FAMILIES)
def test_family_is_synced_attached_listed_and_dropped(syncing, name):
    family, newest = Family(syncing, name), NEWEST[name]
    notice = family.sync()
    assert (notice.status, notice.message) == (200, "Successfully synced versions")
    listed = family.list()
    assert (listed.total, listed.limit, listed.offset) == (len(listed.versions), 0, 0)
    assert newest in family.names()
    assert all(newest in found for found in family.names(search=newest)) and not family.names(search="%")

    notice = family.attach(newest, draft())
    assert (notice.status, notice.message) == (200, f"Successfully attached {name} to build")
    page = family.builds(newest, sort="name", order="asc", limit=10, offset=0)
    assert (page.total, page.limit, page.offset) == (1, 10, 0)
    assert getattr(page, name).name == newest
    [build] = page.builds
    assert (build.name, build.pack.slug, getattr(build, name).name) == ("1.0", "sky", newest)
    with pytest.raises(ApiException) as raised:
        family.attach(newest, draft())
    assert (raised.value.status, raised.value.data.message) == (412, f"{name.capitalize()} is already attached")

    identifier = getattr(page, name).id
    family.sync()
    notice = family.drop(identifier, draft())
    assert (notice.status, notice.message) == (200, f"Successfully dropped {name} from build")
    assert family.builds(newest).total == 0
    with pytest.raises(ApiException) as raised:
        family.drop(newest, draft())
    assert (raised.value.status, raised.value.data.message) == (412, f"{name.capitalize()} is not attached")


@pytest.mark.parametrize("name", FAMILIES)
def test_what_goes_wrong_is_an_exception_with_a_message(syncing, upstream, name):
    family = Family(syncing, name)
    family.sync()
    before = family.names()
    del upstream.documents[name]
    with pytest.raises(ServiceException) as raised:
        family.sync()
    assert (raised.value.status, raised.value.data.status) == (503, 503)
    assert "Failed to fetch versions" in raised.value.data.message
    assert family.names() == before

    with pytest.raises(NotFoundException) as raised:
        family.builds("9.9.9")
    assert raised.value.data.message == f"Failed to find {name}"
    with pytest.raises(NotFoundException, match="Failed to find build"):
        family.attach(NEWEST[name], draft("none"))

    assert syncing.admin("user", "create", "anna", "--password-stdin", password=PASSWORD).returncode == 0
    syncing.token = syncing.sign_in("anna", PASSWORD)
    with pytest.raises(ForbiddenException):
        Family(syncing, name).sync()
    with pytest.raises(NotFoundException, match="Failed to find pack"):
        Family(syncing, name).attach(NEWEST[name], draft())


def test_forge_and_minecraft_say_what_only_they_know(syncing):
    for name in FAMILIES:
        Family(syncing, name).sync()
    assert {release.type for release in Family(syncing, "minecraft").list().versions} == {"release"}
    assert {release.minecraft for release in Family(syncing, "forge").list().versions} == {"1.20.1"}


def test_published_build_tells_launchers_its_loader(syncing):
    """From upstream's list to what a launcher reads."""
    for name in ("minecraft", "neoforge"):
        Family(syncing, name).sync()
        Family(syncing, name).attach(NEWEST[name], draft())
    assert syncing.post("/api/v1/mods", {"slug": "jei", "name": "JEI"}).status == 200
    assert syncing.upload("jei", "1.0", b"PK", "jei.jar").status == 200
    link = {"mod": "jei", "version": "1.0"}
    assert syncing.post("/api/v1/packs/sky/builds/1.0/versions", link).status == 200
    assert syncing.put("/api/v1/packs/sky", {"public": True}).status == 200
    assert syncing.put("/api/v1/packs/sky/builds/1.0", {"published": True}).status == 200
    pack = syncing.get("/packs/sky/1.0/packwiz/pack.toml", token=None).body.decode()
    assert 'minecraft = "1.21.1"' in pack and 'neoforge = "21.1.77"' in pack
    with pytest.raises(ApiException) as raised:
        Family(syncing, "neoforge").drop("21.1.77", draft())
    assert raised.value.status == 409


@pytest.mark.parametrize("running", [True, False])
def test_lists_are_imported_where_upstream_is_out_of_reach(server, upstream, running):
    """The same documents from files, relative to where the command is started."""
    if not running:
        server.stop()
    for name in FAMILIES:
        (server.folder / "list.json").write_text(upstream.documents[name])
        done = server.admin("loaders", "import", name, "list.json")
        assert done.returncode == 0 and name in done.stdout, done
    (server.folder / "older.xml").write_text(maven("1.20.1-47.1.106"))
    (server.folder / "newer.xml").write_text(upstream.documents["neoforge"])
    assert server.admin("loaders", "import", "neoforge", "newer.xml", "older.xml").returncode == 0

    for arguments, reason in [
        (["fabric", "newer.xml"], "cannot be read"),
        (["fabric", "nowhere.json"], "nowhere.json"),
        (["fabric"], "FILE"),
        (["liteloader", "newer.xml"], "neoforge"),
    ]:
        done = server.admin("loaders", "import", *arguments)
        assert done.returncode != 0 and done.stdout == "" and reason in done.stderr, done
        assert "panicked" not in done.stderr
    if not running:
        server.start()
    assert Family(server, "neoforge").names() == ["21.1.76", "21.1.77", "47.1.106"]
    assert Family(server, "fabric").names() == ["0.16.4", "0.16.5"]


def test_a_large_list_goes_through_the_socket(server):
    """A document is megabytes, not a line; nothing is held up meanwhile."""
    (server.folder / "list.xml").write_text(maven(*[f"21.1.{number}" for number in range(15_000)]) + " " * (8 << 20))
    done = server.admin("loaders", "import", "neoforge", "list.xml")
    assert done.returncode == 0 and "15000" in done.stdout, done
    listed = Family(server, "neoforge").list()
    assert (listed.total, listed.versions[-1].name) == (15_000, "21.1.14999")
    (server.folder / "list.xml").write_text(" " * ((32 << 20) + 1))
    done = server.admin("loaders", "import", "neoforge", "list.xml")
    assert done.returncode != 0 and "bytes" in done.stderr
