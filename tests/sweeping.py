"""A sweep through the published client: every operation with its typed models, once well and once for each error."""

import base64
import inspect
import re
import typing
from dataclasses import dataclass

import kleister
from authors import make_build, make_mod, make_pack, release
from jars import jar
from kleister.exceptions import ApiException
from running import PASSWORD
from upstream import FAMILIES

JAR = jar("Just Enough Items", "15.2.0", "neoforge")
# The smallest picture there is: one grey pixel.
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==")

# Which of the declared errors our rules never produce, and why; the first pattern that fits an operation counts.
NEVER = [
    (".*", 500, "a failure of the server is no rule"),
    ("(list|show)_.*|(refresh|verify)_auth|token_profile", 403, "a read of what one may not see is 404, without a credential 401"),
    ("create_(pack|mod|group)|update_profile", 403, "whoever is signed in may"),
    ("delete_(pack|mod|build|version|group|user|pack_avatar|mod_avatar)", 400, "there is nothing in the request to misread"),
    ("attach_(minecraft|forge|neoforge|quilt|fabric)_to_build|attach_(build_to_version|version_to_build)", 422,
     "what is wrong with the names in the body is that nothing has them: 404"),
    ("create_(pack|mod)_avatar", 400, "the client sends a form, whatever is in the file"),
    ("redirect_auth|request_provider|callback_provider", 200, "no provider is configured"),
    ("redirect_auth|request_provider|callback_provider", 308, "no provider is configured"),
    ("callback_provider", 412, "no provider is configured: 404"),
]


@dataclass
class Operation:
    """An operation of the published client: the part of the client that has it, its name, and what it declares."""

    part: type
    name: str

    @property
    def method(self):
        return getattr(self.part, self.name)

    @property
    def statuses(self):
        """The statuses that the client knows a type for."""
        return [int(status) for status in re.findall(r"'(\d{3})': ", inspect.getsource(self.method))]

    @property
    def parameters(self):
        """What the operation must be called with: names of path parameters, and of the body."""
        parameters = inspect.signature(self.method).parameters.values()
        needed = [parameter for parameter in parameters if parameter.default is parameter.empty or parameter.name == "file"]
        return [parameter for parameter in needed if parameter.name != "self"]

    def never(self, status):
        """Why our rules never answer with this status; nothing where they do."""
        reasons = [reason for pattern, at, reason in NEVER if at == status and re.fullmatch(pattern, self.name)]
        return reasons[0] if reasons else None


def operations():
    """All operations of the published client."""
    for part in sorted(name for name in dir(kleister) if name.endswith("Api")):
        for name, _ in inspect.getmembers(getattr(kleister, part), inspect.isfunction):
            if not name.startswith("_") and not name.endswith(("_with_http_info", "_without_preload_content")):
                yield Operation(getattr(kleister, part), name)


def model_of(parameter):
    """The model that a parameter takes, if it takes one."""
    annotation = parameter.annotation
    if typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) is typing.Union:
        annotation = typing.get_args(annotation)[0]
    return annotation if hasattr(annotation, "model_fields") else None


class World:
    """A server with one of each thing, and those who call: an administrator, somebody else, nobody."""

    def __init__(self, server, upstream):
        self.server, self.upstream = server, upstream
        make_pack(server, "Sky")
        make_mod(server, "Jei", {"1.0": JAR, "2.0": JAR + b"2"}, public=True)
        make_build(server, "sky", "draft", [])
        release(server, "sky", "1.0", [("jei", "2.0")])
        for path, body in [
            ("/groups", {"slug": "crew", "name": "The Crew"}),
            ("/users", {"username": "ann"}),
            ("/users", {"username": "viewer", "password": PASSWORD}),
        ]:
            assert server.post(f"/api/v1{path}", body).status == 200
        self.admin = self.client(access_token=server.token)
        self.viewer = self.client(access_token=server.sign_in("viewer", PASSWORD))
        self.nobody = self.client()
        for family in FAMILIES:
            assert server.put(f"/api/v1/{family}").status == 200
        self.releases = {family: server.get(f"/api/v1/{family}").json()["versions"][-1]["name"] for family in FAMILIES}

    def client(self, **credentials):
        return kleister.ApiClient(kleister.Configuration(host=self.server.api, **credentials))

    def call(self, client, operation, arguments):
        """Calls an operation; an error is returned like an answer."""
        try:
            return getattr(operation.part(client), operation.name)(**arguments)
        except ApiException as error:
            return error

    def arguments(self, operation):
        """Arguments with which the operation succeeds, after making sure that it can."""
        self.prepare(operation)
        names = {f"{kind}_id": release for kind, release in self.releases.items()}
        names |= {"pack_id": "sky", "mod_id": "jei", "group_id": "crew", "user_id": "ann", "build_id": "draft"}
        names |= {"version_id": "1.0", "provider": "github", "file": ("icon.png", PIXEL)}
        doomed = re.fullmatch(r"delete_(pack|mod|group|user|build|version)", operation.name)
        if doomed:
            names[f"{doomed[1]}_id"] = "doomed"
        if operation.name in ("show_version", "update_version"):
            names["version_id"] = "1.0"
        arguments = {}
        for parameter in operation.parameters:
            model = model_of(parameter)
            arguments[parameter.name] = self.body(operation, model) if model else names[parameter.name]
        return arguments

    def prepare(self, operation):
        """Makes what the operation deletes or drops, and drops what it attaches."""
        server, name = self.server, operation.name
        if doomed := re.fullmatch(r"delete_(pack|mod|group|user|build|version)", name):
            thing = doomed[1]
            label = {"username": "doomed"} if thing == "user" else {"slug": "doomed", "name": "doomed", "public": True}
            if thing == "version":
                made = server.upload("jei", "doomed", JAR + b"doomed")
            elif thing == "build":
                made = server.post("/api/v1/packs/sky/builds", {"name": "doomed"})
            else:
                made = server.post(f"/api/v1/{thing}s", label)
            # Where the last call was refused, it is there still.
            assert made.status in (200, 422), made
        tie = re.fullmatch(r"attach_(\w+)_to_(\w+)|delete_(\w+)_from_(\w+)|permit_([a-z]+)_([a-z]+)", name)
        if tie:
            near, far = [part for part in tie.groups() if part]
            path, body = self.tie(near, far)
            method = server.delete if name.startswith("attach") else server.post
            made = method(f"/api/v1{path}", body)
            assert made.status in (200, 412), (path, made)

    def tie(self, near, far):
        """The address and the body that tie two things."""
        things = {"pack": "sky", "mod": "jei", "group": "crew", "user": "ann"}
        if near in self.releases:
            return f"/{near}/{self.releases[near]}/builds", {"pack": "sky", "build": "draft"}
        if near == "build":
            return "/packs/sky/builds/draft/versions", {"mod": "jei", "version": "1.0"}
        if near == "version":
            return "/mods/jei/versions/1.0/builds", {"pack": "sky", "build": "draft"}
        return f"/{near}s/{things[near]}/{far}s", {far: things[far], "perm": "user"}

    def body(self, operation, model):
        """A body that keeps all rules."""
        new = f"Made by {operation.name}"
        values = {
            "CreatePackRequest": {"name": new, "website": "https://sky.example.org"},
            "CreateModRequest": {"name": new, "side": "both"},
            "CreateGroupRequest": {"name": new},
            "CreateUserRequest": {"username": new, "password": PASSWORD},
            "UpdateUserRequest": {"fullname": new},
            "UpdateProfileRequest": {"fullname": new},
            "CreateBuildRequest": {"java": "17"} if operation.name.startswith("update") else {"name": new},
            "LoginAuthRequest": {"username": "admin", "password": PASSWORD},
            "RedirectAuthRequest": {"token": "unknown"},
        }
        if model.__name__ == "CreateVersionRequest":
            upload = f"data:application/java-archive;base64,{base64.b64encode(JAR).decode()}"
            return model(public=True) if operation.name.startswith("update") else model(name=new, upload=upload)
        if model.__name__ in values:
            if operation.name in ("update_pack", "update_mod", "update_group"):
                values[model.__name__].pop("name")
            return model(**values[model.__name__])
        ends = {"pack": "sky", "mod": "jei", "group": "crew", "user": "ann", "build": "draft", "version": "1.0", "perm": "user"}
        return model(**{field: ends[field] for field in model.model_fields})

    def misread(self, operation):
        """Arguments whose body holds a number where a text belongs, past the client's own checks."""
        arguments = self.arguments(operation)
        for parameter in operation.parameters:
            if model := model_of(parameter):
                first = next(iter(model.model_fields))
                arguments[parameter.name] = arguments[parameter.name].model_copy(update={first: 5})
        if "file" in arguments:
            return None
        return arguments

    def invalid(self, operation):
        """Arguments whose body breaks a rule, past the client's own checks."""
        arguments = self.arguments(operation)
        if "file" in arguments:
            return arguments | {"file": ("icon.png", b"no picture")}
        for parameter in operation.parameters:
            model = model_of(parameter)
            if model and "perm" in model.model_fields:
                arguments[parameter.name] = arguments[parameter.name].model_copy(update={"perm": "root"})
            elif model:
                field = "username" if "username" in model.model_fields else "name"
                arguments[parameter.name] = arguments[parameter.name].model_copy(update={field: "a/\u0001"})
        return arguments

    def error(self, operation, status):
        """Provokes a declared error and gives what the client makes of it."""
        if status == 400:
            return self.call(self.admin, operation, self.misread(operation))
        if status == 401:
            return self.unauthorized(operation)
        if status == 403:
            arguments = self.arguments(operation)
            # The draft is not there for strangers, the published build is.
            arguments |= {"build_id": "1.0"} if "build_id" in arguments else {}
            for name, value in arguments.items():
                if getattr(value, "build", None) == "draft":
                    arguments[name] = value.model_copy(update={"build": "1.0"})
            return self.call(self.viewer, operation, arguments)
        if status == 404:
            arguments = self.arguments(operation)
            first = next(name for name in arguments if name.endswith("_id") or name == "provider")
            return self.call(self.admin, operation, arguments | {first: "unknown"})
        if status == 412:
            # What the good call needs was done away with by that call.
            arguments = self.arguments(operation)
            undone = not operation.name.startswith("permit")
            if undone:
                assert not isinstance(self.call(self.admin, operation, arguments), ApiException)
            else:
                near, far = operation.name.split("_")[1:]
                path, body = self.tie(near, far)
                self.server.delete(f"/api/v1{path}", body)
            return self.call(self.admin, operation, arguments)
        if status == 422:
            return self.call(self.admin, operation, self.invalid(operation))
        if status == 503:
            documents = dict(self.upstream.documents)
            self.upstream.documents.clear()
            error = self.call(self.admin, operation, self.arguments(operation))
            self.upstream.documents.update(documents)
            return error
        raise AssertionError(f"nobody knows how to provoke {status} of {operation.name}")

    def unauthorized(self, operation):
        arguments = self.arguments(operation)
        if operation.name == "login_auth":
            arguments = {"login_auth_request": kleister.LoginAuthRequest(username="admin", password="wrong")}
        return self.call(self.nobody, operation, arguments)
