"""Verifies and presents SD-JWTs with libraries that are not ours: joserfc, jwcrypto and sd-jwt.

Standard input: one JSON object a line, {"jwk": {...}, "sd_jwt": "JWT~D~...~"}. With "aud" and
"nonce" it is a presentation, whose key binding is verified; with "holder" (a private JWK) and
"show" (names) as well it is a copy, of which sd-jwt makes a presentation. Standard output, a line
each: the number of claims that sd-jwt found, or the presentation. Any failure is an exception and
a non-zero exit code.
"""

import json
import sys

from joserfc import jws
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.holder import SDJWTHolder
from sd_jwt.verifier import SDJWTVerifier


def verify_token(case):
    token = case["sd_jwt"].split("~")[0]
    registry = jws.JWSRegistry(algorithms=["ES256"])
    # Two identities in x5c are more than the 512 bytes that joserfc reads otherwise.
    registry.max_header_length = 16_384
    registry.max_payload_length = 65_536
    jws.deserialize_compact(token, ECKey.import_key(case["jwk"]), registry=registry)
    parsed = JWS()
    parsed.deserialize(token)
    parsed.verify(JWK.from_json(json.dumps(case["jwk"])))


def present(case):
    holder = SDJWTHolder(case["sd_jwt"])
    holder.create_presentation(
        {name: True for name in case["show"]},
        case["nonce"],
        case["aud"],
        JWK.from_json(json.dumps(case["holder"])),
    )
    return holder.sd_jwt_presentation


def claim_count(case):
    key = JWK.from_json(json.dumps(case["jwk"]))
    verifier = SDJWTVerifier(
        case["sd_jwt"], lambda issuer, header: key, case.get("aud"), case.get("nonce")
    )
    return len(verifier.get_verified_payload())


for line in sys.stdin:
    case = json.loads(line)
    verify_token(case)
    print(present(case) if "holder" in case else claim_count(case))
