"""Verifies SD-JWTs with two libraries that are not ours: joserfc and sd-jwt.

Standard input: one JSON object a line, {"jwk": {...}, "sd_jwt": "JWT~D~...~"}. Standard output: the
number of claims that sd-jwt found in each; any failure is an exception and a non-zero exit code.
"""

import json
import sys

from joserfc import jws
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier

for line in sys.stdin:
    case = json.loads(line)
    token = case["sd_jwt"].split("~")[0]
    registry = jws.JWSRegistry(algorithms=["ES256"])
    # Two identities in x5c are more than the 512 bytes that joserfc reads otherwise.
    registry.max_header_length = 16_384
    registry.max_payload_length = 65_536
    jws.deserialize_compact(token, ECKey.import_key(case["jwk"]), registry=registry)
    key = JWK.from_json(json.dumps(case["jwk"]))
    verifier = SDJWTVerifier(case["sd_jwt"], lambda issuer, header: key, None, None)
    print(len(verifier.get_verified_payload()))
