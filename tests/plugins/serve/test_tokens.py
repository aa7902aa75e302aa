"""Signed tokens: what lets in, and all that must not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from myna.config import AuditSettings, ServeSettings, Settings
from myna.errors import BadConfig
from myna_serve.access.tokens import MOST_CHARACTERS, Tokens
from signing import AUDIENCE, ISSUER, private_pem, public_pem, rsa_key, token

pytestmark = pytest.mark.anyio

BODY = {"messages": [{"role": "user", "content": "Hi"}]}
CHAT = "/v1/chat/completions"


@pytest.fixture
def pem(tmp_path):
    file = tmp_path / "issuer.pem"
    file.write_bytes(public_pem(rsa_key()))
    return file


def wanted(file, **options):
    return {"jwt_keys": str(file), "jwt_issuer": ISSUER, "jwt_audience": AUDIENCE, **options}


def tokens(file, **options):
    made = Tokens.of(ServeSettings(**wanted(file, **options)))
    assert made is not None
    return made


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def key_set(*named):
    """A JSON Web Key Set of (kid, private key)."""
    return json.dumps(
        {
            "keys": [
                {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid} for kid, key in named
            ]
        }
    )


def bearer(presented):
    return {"authorization": f"Bearer {presented}"}


# over a socket


async def test_a_token_opens_what_it_says_and_its_subject_is_on_the_record(serve, pem, own_home):
    served = await serve(settings=Settings(audit=AuditSettings(mode="metadata")), **wanted(pem))
    headers = bearer(token(rsa_key(), scope="openid myna:chat embeddings"))
    assert (await served.client.post(CHAT, json=BODY, headers=headers)).status_code == 200
    assert (await served.client.post("/v1/embeddings", json={"input": "x"}, headers=headers)).status_code == 200
    refused = await served.client.post("/v1/moderations", json={"input": "x"}, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "scope_missing")
    await served.assistant.audit.close()
    lines = (own_home / "data" / "audit" / "audit.jsonl").read_text().splitlines()
    clients = {line["data"].get("client") for line in map(json.loads, lines) if line["kind"] in {"turn", "request"}}
    assert clients == {"kiosk-3"}


async def test_where_tokens_are_wanted_nobody_gets_in_without(serve, pem):
    served = await serve(**wanted(pem))
    for headers in ({}, bearer("sk-anything"), bearer(token(rsa_key(number=1))), {"authorization": "Basic eA=="}):
        response = await served.client.post(CHAT, json=BODY, headers=headers)
        assert response.status_code == 401, headers
    # Keys open the same door.
    assert (await served.client.post(CHAT, json=BODY, headers=served.key("key"))).status_code == 200


async def test_limits_stand_in_the_token_and_count_for_its_subject(serve, pem):
    served = await serve(**wanted(pem))

    async def ask(**claims):
        response = await served.client.post(CHAT, json=BODY, headers=bearer(token(rsa_key(), **claims)))
        return response.status_code

    limited = {"myna_requests": "1/hour", "sub": "a"}
    # A new token of the same subject counts on.
    assert [await ask(**limited), await ask(**limited, jti="2"), await ask(myna_requests="1/hour", sub="b")] == [
        200,
        429,
        200,
    ]
    assert [await ask(myna_tokens="1/hour", sub="c") for _ in range(2)] == [200, 429]


# one by one


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"}, {"aud": None}, {"iss": "https://evil.example"}, {"iss": None}, {"sub": None}, {"sub": ""},
        {"sub": "x" * 101}, {"sub": "a\nb"}, {"sub": " a"}, {"exp": None}, {"nbf": None}, {"exp": 1},
        {"exp": "never"}, {"nbf": 10**12}, {"myna_requests": "lots"}, {"myna_tokens": 5},
        {"aud": []}, {"iat": 10**12},
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_that_is_wrong_or_missing_shuts_the_door(pem, claims):
    # PyJWT itself refuses to sign some of them.
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "kiosk-3", "nbf": now - 1, "exp": now + 60, "scope": "chat"}
    whole = {name: value for name, value in {**whole, **claims}.items() if value is not None}
    signed = jwt.PyJWS().encode(json.dumps(whole).encode(), rsa_key(), "RS256")
    assert tokens(pem).check(signed) is None


def test_clocks_may_differ_a_little(pem):
    now = int(time.time())
    late = token(rsa_key(), exp=now - 20)
    assert tokens(pem, jwt_leeway_s=60.0).check(late)
    assert tokens(pem, jwt_leeway_s=0.0).check(late) is None
    early = token(rsa_key(), nbf=now + 20)
    assert tokens(pem, jwt_leeway_s=60.0).check(early)
    assert tokens(pem, jwt_leeway_s=0.0).check(early) is None


def test_who_signs_by_another_algorithm_is_not_believed(pem):
    claims = part(json.loads(base64.urlsafe_b64decode(token(rsa_key()).split(".")[1] + "==")))
    check = tokens(pem).check
    for name in ("none", "None", "NONE", ""):
        head = part({"alg": name, "typ": "JWT"})
        assert check(f"{head}.{claims}.") is None
        assert check(f"{head}.{claims}.{token(rsa_key()).split('.')[2]}") is None
    # The public key, which everybody has, as the secret of a MAC.
    signed = f"{part({'alg': 'HS256', 'typ': 'JWT'})}.{claims}"
    for secret in (pem.read_bytes(), pem.read_bytes().strip()):
        mac = base64.urlsafe_b64encode(hmac.digest(secret, signed.encode(), hashlib.sha256)).rstrip(b"=").decode()
        assert check(f"{signed}.{mac}") is None
    for algorithm in ("RS512", "PS256"):
        assert check(token(rsa_key(), algorithm)) is None
    curve = ec.generate_private_key(ec.SECP256R1())
    assert check(token(curve, "ES256")) is None
    # A key that the token brings along.
    own = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(number=1).public_key()))
    assert check(token(rsa_key(number=1), headers={"jwk": own, "jku": "https://evil.example"})) is None


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "PS256"])
def test_other_algorithms(tmp_path, algorithm):
    key = {
        "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate,
        "PS256": rsa_key,
    }[algorithm]()
    file = tmp_path / "issuer.pem"
    file.write_bytes(public_pem(key))
    who = tokens(file, jwt_algorithm=algorithm).check(token(key, algorithm))
    assert who is not None
    assert (who.id, who.name, who.scopes) == ("jwt:kiosk-3", "kiosk-3", ("chat",))


def test_a_token_without_scopes_opens_nothing(pem):
    for claims in ({"scope": None}, {"scope": "admin root"}, {"scope": 5}, {"scope": None, "scp": [1, None]}):
        who = tokens(pem).check(token(rsa_key(), **claims))
        assert who is not None
        assert who.scopes == ()
    who = tokens(pem).check(token(rsa_key(), scope=None, scp=["audio", "chat"]))
    assert who is not None
    assert who.scopes == ("chat", "audio")


@pytest.mark.parametrize(
    "presented",
    [
        "", ".", "..", "...", "a.b.c", "ä.b.c", "\ud800.b.c", "x" * 100_000, "." * 100_000, "e30.e30.e30",
        f"{part({'alg': 'RS256', 'kid': ['x']})}.e30.e30", f"{part({'alg': 'RS256', 'kid': {}})}.e30.e30",
        f"{part({'alg': 'RS256', 'crit': ['x']})}.e30.e30", f"{part([])}.e30.e30",
        f"{base64.urlsafe_b64encode(b'[' * 5000).decode()}.e30.e30", f"{part({'alg': ['RS256']})}.e30.e30",
    ],
)  # fmt: skip
def test_what_is_no_token_is_told_so(pem, presented):
    assert tokens(pem).check(presented) is None


def test_a_huge_token_is_not_even_looked_at(pem):
    big = token(rsa_key(), filling="x" * MOST_CHARACTERS)
    assert tokens(pem).check(big) is None
    assert tokens(pem).check(token(rsa_key(), filling="x" * 1000)) is not None


# key sets


def test_a_key_set_knows_keys_by_name(tmp_path):
    file = tmp_path / "keys.json"
    file.write_text(key_set(("a", rsa_key()), ("b", rsa_key(number=1))))
    check = tokens(file).check
    assert check(token(rsa_key(), headers={"kid": "a"}))
    assert check(token(rsa_key(number=1), headers={"kid": "b"}))
    for kid in ("b", "c", "", "../a", "a\0"):
        assert check(token(rsa_key(), headers={"kid": kid})) is None
    assert check(token(rsa_key())) is None  # which one?
    file.write_text(key_set(("a", rsa_key())))
    assert check(token(rsa_key()))


@pytest.mark.logs
def test_keys_are_exchanged_without_a_restart(tmp_path, caplog):
    file = tmp_path / "keys.json"
    file.write_text(key_set(("a", rsa_key())))
    check = tokens(file).check
    first, second = (token(key, headers={"kid": kid}) for key, kid in ((rsa_key(), "a"), (rsa_key(number=1), "b")))
    assert check(first)
    assert check(second) is None
    file.write_text(key_set(("b", rsa_key(number=1))))
    assert check(second)
    assert check(first) is None
    # What is being written just now, or gone, takes nobody's access away.
    for broken in ("{", None):
        file.unlink() if broken is None else file.write_text(broken)
        assert check(second)
        assert "were not read again" in caplog.text


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"keys": 5}', b'{"keys": []}', b'{"keys": [5]}',
        b'{"keys": [{"kty": "RSA", "kid": "a"}]}', b'{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}',
        b'{"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}]}', bytes(range(192, 256)),
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
    ],
)  # fmt: skip
def test_a_file_without_keys_is_a_clear_error(tmp_path, content):
    file = tmp_path / "keys"
    file.write_bytes(content)
    with pytest.raises(BadConfig, match=r"serve\.jwt_keys") as caught:
        tokens(file)
    assert "\n" not in caught.value.message


def test_settings_that_open_too_much_are_refused(tmp_path, pem):
    with pytest.raises(BadConfig, match="No such file"):
        tokens(tmp_path / "gone")
    for missing in ("jwt_issuer", "jwt_audience"):
        with pytest.raises(BadConfig, match=f"serve.{missing}"):
            tokens(pem, **{missing: ""})
    with pytest.raises(BadConfig, match="no address"):
        Tokens.of(ServeSettings(**wanted("https://issuer.example/keys")))
    with pytest.raises(BadConfig, match="no key for ES256"):
        tokens(pem, jwt_algorithm="ES256")
    secret, small = tmp_path / "private.pem", tmp_path / "small.pem"
    secret.write_bytes(private_pem(rsa_key()))
    with pytest.raises(BadConfig, match="private key"):
        tokens(secret)
    small.write_bytes(public_pem(rsa_key(1024)))
    with pytest.raises(BadConfig, match="1024 bits"):
        tokens(small)
    assert Tokens.of(ServeSettings()) is None
