"""Makes the first administrator of a fresh engine and prints an access token: for scripts/fuzz.

    fuzz_login.py ADDRESS FILE      FILE has the code that the engine printed
"""

import json
import re
import sys
import urllib.request

address, printed = sys.argv[1], open(sys.argv[2], encoding="utf-8").read()
code = re.search(r"give the code (\S+)", printed).group(1)


def ask(path, body, token=None):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(address + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


person = {"code": code, "name": "בודקת", "email": "fuzz@example.com", "password": "אגס ירוק על השולחן"}
token = ask("/auth/first-run", person)["access_token"]
business = ask("/api/businesses", {"name": "עסק לבדיקה", "number": "03-5550000"}, token)
print(ask("/auth/business", {"business_id": business["id"]}, token)["access_token"])
