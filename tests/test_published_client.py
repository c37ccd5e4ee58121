"""The published Python client, `kleister` 3.0.0, does an author's whole work unchanged, up to the publishing."""

import base64
import hashlib
import io
import json
import zipfile
from importlib.metadata import version as installed_version

import kleister
import pytest
from authors import make_pack
from jars import jar
from kleister.exceptions import (
    ApiException,
    BadRequestException,
    ConflictException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
    UnprocessableEntityException,
)
from running import PASSWORD

JEI = jar("Just Enough Items", "15.2.0", "neoforge")


class Client:
    """The published client for one server, with each of its parts at hand."""

    def __init__(self, server, **credentials):
        client = kleister.ApiClient(kleister.Configuration(host=server.api, **credentials))
        self.auth = kleister.AuthApi(client)
        self.packs = kleister.PackApi(client)
        self.mods = kleister.ModApi(client)
        self.minecraft = kleister.MinecraftApi(client)
        self.profile = kleister.ProfileApi(client)


@pytest.fixture
def client(server):
    """The published client, signed in as the administrator with its own call."""
    assert installed_version("kleister") == "3.0.0", "run pytest where tests/requirements.txt is installed"
    token = Client(server).auth.login_auth(kleister.LoginAuthRequest(username="admin", password=PASSWORD))
    return Client(server, access_token=token.token)


def data_url(data, media_type="application/java-archive"):
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def make_draft(client):
    """A pack with a draft, and a mod with a version that is not in it yet."""
    client.packs.create_pack(kleister.CreatePackRequest(name="Sky Isles", public=True))
    client.mods.create_mod(kleister.CreateModRequest(name="Just Enough Items", slug="jei", side="both"))
    client.mods.create_version("jei", kleister.CreateVersionRequest(name="15.2.0", upload=data_url(JEI)))
    releases = client.minecraft.list_minecrafts().versions
    minecraft = next(release for release in releases if release.name == "1.21.1")
    return client.packs.create_build("sky-isles", kleister.CreateBuildRequest(name="1.0", minecraft_id=minecraft.id))


def link(mod="jei", version="15.2.0"):
    return kleister.AttachBuildToVersionRequest(mod=mod, version=version)


def test_author_makes_a_pack_that_players_install(server, client):
    build = make_draft(client)
    assert (build.name, build.minecraft.name, build.public, build.latest) == ("1.0", "1.21.1", True, False)

    notice = client.packs.attach_build_to_version("sky-isles", "1.0", link())
    assert (notice.status, notice.message) == (200, "Successfully attached build to version")
    [attached] = client.packs.list_build_versions("sky-isles", "1.0").versions
    assert (attached.build_id, attached.version.name, attached.version.mod.slug) == (build.id, "15.2.0", "jei")
    assert attached.version.file.md5 == hashlib.md5(JEI).hexdigest()
    [seen_from_mod] = client.mods.list_version_builds("jei", "15.2.0").builds
    assert (seen_from_mod.build.name, seen_from_mod.build.pack.slug) == ("1.0", "sky-isles")

    # The one step that the published client does not know.
    assert server.get("/packs/sky-isles/latest/pack.mrpack").status == 404
    published = server.put("/api/v1/packs/sky-isles/builds/1.0", {"published": True})
    assert (published.status, published.json()["state"]) == (200, "published")

    served = server.get("/packs/sky-isles/latest/pack.mrpack", token=None)
    with zipfile.ZipFile(io.BytesIO(served.body)) as archive:
        index = json.loads(archive.read("modrinth.index.json"))
    [file] = index["files"]
    assert (file["path"], file["hashes"]["sha1"]) == ("mods/jei-15.2.0.jar", hashlib.sha1(JEI).hexdigest())
    assert server.get(file["downloads"][0], token=None).body == JEI

    # It goes on reading the build, whose additions it passes over.
    assert client.packs.show_build("sky-isles", "1.0").latest is True


def test_uploaded_file_is_described_and_needs_a_sign_in(server, client):
    make_draft(client)
    version = client.mods.show_version("jei", "15.2.0")
    assert version.file.path == "mods/jei-15.2.0.jar"
    assert version.file.slug == "jei-15.2.0.jar"
    assert version.file.md5 == hashlib.md5(JEI).hexdigest()
    assert server.get(version.file.url).body == JEI
    assert server.get(version.file.url, token=None).status in (401, 404)


def test_lists_are_paged_sorted_and_searched(client):
    for name in ("Cave Dwellers", "Sky Isles", "Deep Sky", "Iron Age"):
        client.packs.create_pack(kleister.CreatePackRequest(name=name))

    page = client.packs.list_packs()
    assert [pack.name for pack in page.packs] == ["Cave Dwellers", "Deep Sky", "Iron Age", "Sky Isles"]
    assert (page.total, page.limit, page.offset) == (4, 100, 0)

    page = client.packs.list_packs(sort="name", order="desc", limit=2, offset=1)
    assert [pack.name for pack in page.packs] == ["Iron Age", "Deep Sky"]
    assert (page.total, page.limit, page.offset) == (4, 2, 1)

    page = client.packs.list_packs(search="SKY", limit=1)
    assert ([pack.slug for pack in page.packs], page.total) == (["deep-sky"], 2)
    assert client.packs.list_packs(search="%").total == 0


def test_builds_sort_as_people_count(client):
    make_draft(client)
    for name in ("1.10", "1.9"):
        client.packs.create_build("sky-isles", kleister.CreateBuildRequest(name=name))
    page = client.packs.list_builds("sky-isles", sort="name")
    assert [build.name for build in page.builds] == ["1.0", "1.9", "1.10"]
    assert page.pack.slug == "sky-isles"


def test_explicit_none_is_as_if_not_given(client):
    asked = kleister.CreatePackRequest(slug=None, name="Sky Isles", website=None, public=None)
    assert asked.to_dict()["website"] is None
    pack = client.packs.create_pack(asked)
    assert (pack.slug, pack.website, pack.public) == ("sky-isles", None, False)

    client.packs.update_pack("sky-isles", kleister.CreatePackRequest(website="https://sky.example.org"))
    pack = client.packs.update_pack("sky-isles", kleister.CreatePackRequest(name=None, website=None, public=True))
    assert (pack.name, pack.website, pack.public) == ("Sky Isles", "https://sky.example.org", True)

    build = client.packs.create_build("sky-isles", kleister.CreateBuildRequest(name="1.0", forge_id=None, java=None))
    assert (build.forge, build.java) == (None, None)


def test_attached_version_is_dropped_again(client):
    make_draft(client)
    client.packs.attach_build_to_version("sky-isles", "1.0", link())
    notice = client.packs.delete_build_from_version("sky-isles", "1.0", link())
    assert (notice.status, notice.message) == (200, "Successfully dropped build from version")
    assert client.packs.list_build_versions("sky-isles", "1.0").total == 0


@pytest.mark.parametrize("form", ["access_token", "api_key", "both"])
def test_token_is_taken_in_every_form_that_the_client_sends(server, form):
    token = server.token
    forms = {
        "access_token": {"access_token": token},
        "api_key": {"api_key": {"Header": token}},
        # A broken one beside a good one does no harm.
        "both": {"access_token": "broken", "api_key": {"Header": token}},
    }
    client = Client(server, **forms[form])
    assert client.profile.show_profile().username == "admin"
    assert client.auth.verify_auth().username == "admin"
    assert client.auth.refresh_auth().token


def test_wrong_password_is_unauthorized(server):
    with pytest.raises(UnauthorizedException) as raised:
        Client(server).auth.login_auth(kleister.LoginAuthRequest(username="admin", password="wrong"))
    assert (raised.value.status, raised.value.data.status) == (401, 401)
    assert raised.value.data.message


def test_username_and_password_are_a_credential(server):
    """On every operation; a refresh gives the token of a new session."""
    client = Client(server, username="admin", password=PASSWORD)
    assert client.profile.show_profile().username == "admin"
    token = client.auth.refresh_auth().token
    assert Client(server, access_token=token).auth.verify_auth().username == "admin"
    with pytest.raises(UnauthorizedException):
        Client(server, username="admin", password="wrong").profile.show_profile()


def test_a_personal_token_is_a_credential(client, server):
    made = client.profile.token_profile()
    assert made.token.startswith("kls_") and made.expires_at
    for credentials in [
        {"access_token": made.token},
        {"api_key": {"Header": made.token}},
        {"username": "admin", "password": made.token},
    ]:
        robot = Client(server, **credentials)
        assert robot.profile.show_profile().username == "admin"
        assert robot.auth.verify_auth().username == "admin"
        with pytest.raises(UnauthorizedException):
            robot.auth.refresh_auth()
        with pytest.raises(ForbiddenException):
            robot.profile.token_profile()


def test_there_are_no_providers(server):
    auth = Client(server).auth
    listed = auth.list_providers()
    assert (listed.total, listed.providers) == (0, [])
    for call in [auth.request_provider, auth.callback_provider]:
        with pytest.raises(NotFoundException) as raised:
            call("github")
        assert json.loads(raised.value.body)["status"] == 404
    with pytest.raises(UnauthorizedException) as raised:
        auth.redirect_auth(kleister.RedirectAuthRequest(token="nonsense"))
    assert raised.value.data.message == "Failed to validate token"


def test_write_without_a_token_is_unauthorized(server):
    with pytest.raises(UnauthorizedException) as raised:
        Client(server).packs.create_pack(kleister.CreatePackRequest(name="Sky Isles"))
    assert json.loads(raised.value.body)["status"] == 401


def test_what_does_not_exist_is_not_found(client):
    with pytest.raises(NotFoundException) as raised:
        client.packs.show_pack("nowhere")
    assert (raised.value.data.status, raised.value.data.message) == (404, "Failed to find pack")
    make_draft(client)
    with pytest.raises(NotFoundException, match="Failed to find version"):
        client.packs.attach_build_to_version("sky-isles", "1.0", link(version="0.0"))


def test_attaching_twice_and_dropping_what_is_not_attached_fail_a_precondition(client):
    make_draft(client)
    with pytest.raises(ApiException) as raised:
        client.packs.delete_build_from_version("sky-isles", "1.0", link())
    assert (raised.value.status, raised.value.data.status) == (412, 412)
    client.packs.attach_build_to_version("sky-isles", "1.0", link())
    with pytest.raises(ApiException) as raised:
        client.packs.attach_build_to_version("sky-isles", "1.0", link())
    assert (raised.value.status, raised.value.data.status) == (412, 412)


def test_broken_rules_are_named_by_field(client):
    with pytest.raises(UnprocessableEntityException) as raised:
        client.packs.create_pack(kleister.CreatePackRequest(name="a", slug="not a slug"))
    assert raised.value.data.status == 422
    assert {error.var_field: bool(error.message) for error in raised.value.data.errors} == {"name": True, "slug": True}

    client.packs.create_pack(kleister.CreatePackRequest(name="Sky Isles", slug="sky"))
    with pytest.raises(UnprocessableEntityException) as raised:
        client.packs.create_pack(kleister.CreatePackRequest(name="Sky Isles", slug="SKY"))
    [error] = raised.value.data.errors
    assert (error.var_field, error.message) == ("slug", "is already taken")


def test_unknown_sorting_is_a_bad_request(client):
    with pytest.raises(BadRequestException) as raised:
        client.packs.list_packs(sort="colour")
    notice = json.loads(raised.value.body)
    assert notice["status"] == 400
    assert "name" in notice["message"]


def test_published_build_is_not_changed(server, client):
    make_draft(client)
    client.packs.attach_build_to_version("sky-isles", "1.0", link())
    assert server.put("/api/v1/packs/sky-isles/builds/1.0", {"published": True}).status == 200
    with pytest.raises(ConflictException):
        client.packs.delete_build_from_version("sky-isles", "1.0", link())
    with pytest.raises(ConflictException):
        client.mods.delete_version("jei", "15.2.0")


def test_stranger_may_look_at_a_public_pack_only(server, client):
    make_pack(server, "Sky Isles")
    make_pack(server, "Secret Lab", public=False)
    assert server.post("/api/v1/users", {"username": "stranger", "password": PASSWORD}).status == 200
    stranger = Client(server, access_token=server.sign_in("stranger", PASSWORD))
    assert [pack.slug for pack in stranger.packs.list_packs().packs] == ["sky-isles"]
    with pytest.raises(ForbiddenException) as raised:
        stranger.packs.update_pack("sky-isles", kleister.CreatePackRequest(name="Mine now"))
    assert raised.value.data.status == 403
    with pytest.raises(NotFoundException):
        stranger.packs.show_pack("secret-lab")
