"""docs/openapi.json against the running daemon: every call, once at least as it should be and once refused where it can be; every answer is as
the description says, and has no field that it does not name. jsonschema (Debian's) judges; what OpenAPI 3.1 asks of the document itself is below.
"""

import datetime
import json
import os
import pathlib
import re
import shutil
import urllib.parse

import jsonschema

from harness import UnixConnection, WAIT, SystemTest, main, number, smsc, wait_for

ROOT = pathlib.Path(__file__).parents[2]
WRITTEN = ROOT / "docs" / "openapi.json"
METHODS = {"get", "put", "post", "delete", "patch"}

# What an answer has only where something rare happened: tested where that is at home.
UNSEEN = set("""
    ConsentChange.sender Consent.purpose Consent.stopped_senders DryRun.bad_more DryRun.refused_now DryRun.expire_unsent
    DryRun.ids_compared Event.ambiguous Event.message_class Event.partial Event.tlvs ExplainedStep.rule ExplainedStep.source Imported.bad_more
    InboxItem.ambiguous JobShown.texts_erased Learned.ceiling Learned.for_seconds Learned.rate Link.congestion Link.learned Link.next_attempt_ms Link.refused
    NextStep.rule Pdu.unread PersonHold.released PlanStep.rule PlanStep.waits_for Preview.rule SaidByThem.ambiguous SaidByThem.partial SampleText.language
    ShownGate.rule StoppedSender.at StoppedSender.sender Transition.rule
""".split())
SOMETIMES = {"Campaign.walk", "Campaign.finish"}  # as it happens

FORMATS = jsonschema.FormatChecker(formats=[])


@FORMATS.checks("date-time", raises=ValueError)
def is_time(value):
    return not isinstance(value, str) or datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None


# What OpenAPI 3.1.0 asks of the parts that the description uses (https://spec.openapis.org/oas/v3.1.0), and no other part.
OBJECT = {"type": "object", "additionalProperties": False}
MEDIA = {"type": "object", "additionalProperties": {**OBJECT, "properties": {"schema": {"type": ["object", "boolean"]}}}}
OPENAPI = {
    **OBJECT, "required": ["openapi", "info", "paths"],
    "properties": {
        "openapi": {"pattern": r"^3\.1\.\d+$"},
        "info": {**OBJECT, "required": ["title", "version"], "properties": {
            "title": {"type": "string"}, "version": {"type": "string"}, "summary": {"type": "string"}, "description": {"type": "string"},
            "license": {**OBJECT, "required": ["name"], "properties": {"name": {"type": "string"}, "identifier": {"type": "string"}}}}},
        "servers": {"type": "array", "items": {**OBJECT, "required": ["url"], "properties": {"url": {"type": "string"}, "description": {"type": "string"}}}},
        "tags": {"type": "array", "items": {**OBJECT, "required": ["name"], "properties": {"name": {"type": "string"}}}},
        "paths": {**OBJECT, "patternProperties": {"^/": {**OBJECT, "properties": {method: {"$ref": "#/$defs/operation"} for method in METHODS}}}},
        "components": {**OBJECT, "properties": {
            "schemas": {**OBJECT, "patternProperties": {"^[A-Za-z0-9._-]+$": {"type": ["object", "boolean"]}}},
            "responses": {**OBJECT, "patternProperties": {"^[A-Za-z0-9._-]+$": {"$ref": "#/$defs/response"}}}}},
    },
    "$defs": {
        "operation": {**OBJECT, "required": ["responses"], "properties": {
            "operationId": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}, "description": {"type": "string"},
            "parameters": {"type": "array", "items": {"$ref": "#/$defs/parameter"}},
            "requestBody": {**OBJECT, "required": ["content"], "properties": {"content": MEDIA, "required": {"type": "boolean"}}},
            "responses": {**OBJECT, "minProperties": 1, "patternProperties": {"^([1-5][0-9][0-9]|default)$": {"anyOf": [
                {"$ref": "#/$defs/response"}, {**OBJECT, "required": ["$ref"], "properties": {"$ref": {"type": "string"}}}]}}}}},
        "parameter": {**OBJECT, "required": ["name", "in", "schema"], "properties": {
            "name": {"type": "string"}, "in": {"enum": ["path", "query"]}, "description": {"type": "string"}, "required": {"type": "boolean"},
            "schema": {"type": ["object", "boolean"]}},
            "if": {"properties": {"in": {"const": "path"}}}, "then": {"required": ["required"], "properties": {"required": {"const": True}}}},
        "response": {**OBJECT, "required": ["description"], "patternProperties": {"^x-": {}},
                     "properties": {"description": {"type": "string"}, "content": MEDIA}},
    },
}


def schemas_in(node, found):
    """Every schema of the document."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "schema":
                found.append(value)
            else:
                schemas_in(value, found)
    elif isinstance(node, list):
        for value in node:
            schemas_in(value, found)
    return found


class Description:
    def __init__(self, document):
        self.document = document
        self.components = document["components"]
        self.operations = {(method.upper(), path): operation for path, item in document["paths"].items() for method, operation in item.items()}
        self.well, self.refused, self.seen = set(), set(), set()
        self._validators = {}

    def named(self, ref):
        node = self.document
        for part in ref.removeprefix("#/").split("/"):
            node = node[part]
        return node

    def find(self, method, path):
        segments = path.strip("/").split("/")
        for key in self.operations:
            parts = key[1].strip("/").split("/")
            if key[0] == method and len(parts) == len(segments) and all(a.startswith("{") or a == b for a, b in zip(parts, segments)):
                return key
        raise AssertionError(f"the description has no {method} {path}")

    def check(self, schema, value, what):
        text = json.dumps(schema, sort_keys=True)
        if text not in self._validators:
            self._validators[text] = jsonschema.Draft202012Validator({"allOf": [schema], "components": self.components}, format_checker=FORMATS)
        errors = [f"{error.json_path}: {error.message}" for error in self._validators[text].iter_errors(value)]
        assert not errors, f"{what} is not as described: {errors[:5]}\n{json.dumps(value, ensure_ascii=False)[:2000]}"

    def fits(self, schema, value):
        return jsonschema.Draft202012Validator({"allOf": [schema], "components": self.components}, format_checker=FORMATS).is_valid(value)

    def walk(self, schema, value, name=""):
        """Remembers which fields of which schema were there."""
        if "$ref" in schema:
            return self.walk(self.named(schema["$ref"]), value, schema["$ref"].rpartition("/")[2])
        for each in schema.get("allOf", []):
            self.walk(each, value, name)
        if "anyOf" in schema:
            self.walk(next(each for each in schema["anyOf"] if self.fits(each, value)), value, name)
        if isinstance(value, list):
            for each in value:
                self.walk(schema.get("items", {}), each)
        elif isinstance(value, dict):
            for key, each in value.items():
                if key in schema.get("properties", {}):
                    self.seen.add(f"{name}.{key}")
                    self.walk(schema["properties"][key], each)

    def content(self, content, media_type, body, what):
        assert media_type in content, f"{what}: {media_type} is not one of {sorted(content)}"
        schema = content[media_type].get("schema")
        if schema is None or media_type == "text/csv":
            return
        values = [json.loads(line) for line in body.splitlines() if line.strip()] if media_type == "application/x-ndjson" else [json.loads(body)]
        for value in values:
            self.check(schema, value, what)
            self.walk(schema, value)

    def codes(self, response):
        return response.get("x-codes", [])

    def answered(self, method, path, query, body, content_type, status, media_type, text):
        key = self.find(method, path)
        operation, what = self.operations[key], f"{method} {path}{'?' if query else ''}{query}"
        responses = operation["responses"]
        if str(status)[0] == "2":
            self.well.add(key)
            self.content(responses[str(status)]["content"], media_type, text, what)
            self.asked(operation, query, body, content_type, what)
            return
        assert media_type == "application/problem+json", f"{what}: {status} {text}"
        self.content(self.components["responses"]["Refused"]["content"], media_type, text, what)
        code = json.loads(text)["code"]
        allowed = self.codes(responses.get(str(status), {})) + self.codes(self.components["responses"]["Refused"])
        assert code in allowed, f"{what}: {status} {code} is none of {allowed}\n{text}"
        self.refused.add(key)

    def asked(self, operation, query, body, content_type, what):
        """A request that was taken is one that the description allows."""
        parameters = {each["name"]: each for each in operation.get("parameters", []) if each["in"] == "query"}
        given = urllib.parse.parse_qsl(query, keep_blank_values=True)
        for name, value in given:
            assert name in parameters, f"{what}: the description has no parameter {name}"
            schema = parameters[name]["schema"]
            schema = schema.get("items", schema)
            plain = json.loads(value) if schema.get("type") in ("integer", "boolean") else value
            self.check(schema, plain, f"{what}: {name}")
        missing = {name for name, each in parameters.items() if each.get("required")} - {name for name, _ in given}
        assert not missing, f"{what}: {missing}"
        if body is None or "requestBody" not in operation:
            return
        content = operation["requestBody"]["content"]
        assert content_type in content, f"{what}: takes {sorted(content)}"
        if content_type == "application/json":
            self.check(content[content_type]["schema"], json.loads(body), f"{what}: the body")


class OpenApi(SystemTest):
    def test_the_document_is_openapi(self):
        document = json.loads(WRITTEN.read_text())
        jsonschema.validate(document, OPENAPI, cls=jsonschema.Draft202012Validator)
        description = Description(document)
        for schema in schemas_in(document["paths"], []) + list(description.components["schemas"].values()):
            jsonschema.Draft202012Validator.check_schema(schema)
        text = json.dumps(document)
        for ref in set(re.findall(r'"\$ref": "([^"]+)"', text)):
            description.named(ref)
        tags = [tag["name"] for tag in document["tags"]]
        self.assertEqual(len(tags), len(set(tags)))
        identifiers = [operation["operationId"] for operation in description.operations.values()]
        self.assertEqual(len(identifiers), len(set(identifiers)), "operationIds are unique")
        templates = [re.sub(r"{[^}]*}", "{}", path) for path in document["paths"]]
        self.assertEqual(len(templates), len(set(templates)), "no two paths are the same")
        for (method, path), operation in description.operations.items():
            parameters = operation.get("parameters", [])
            self.assertEqual(sorted(re.findall(r"{([^}]*)}", path)), sorted(each["name"] for each in parameters if each["in"] == "path"), path)
            names = [(each["in"], each["name"]) for each in parameters]
            self.assertEqual(len(names), len(set(names)), path)
            self.assertTrue(set(operation["tags"]) <= set(tags), path)
            if method in ("GET", "DELETE"):
                self.assertNotIn("requestBody", operation, path)
            for each in parameters:
                if "default" in each["schema"]:
                    description.check(each["schema"], each["schema"]["default"], f"{path}: the default of {each['name']}")

    # --- a daemon that has something of everything

    def gate(self):
        self.alpha = self.peer()
        daemon = self.daemon({"smsc": [smsc(self.alpha.port)], "campaigns": {"approve_above": 3},
                              "route": [{"name": "all", "prefix": ["+44"], "smsc": ["alpha"], "price": "0.05", "currency": "EUR"}]}, start=False)
        for folder in ("templates.d", "plans.d"):
            shutil.copytree(ROOT / "conf" / folder, daemon.directory / folder)
        creditor = daemon.directory / "templates.d" / "creditor.toml"
        creditor.write_text(creditor.read_text().replace('creditor = ""', 'creditor = "Northwind"').replace('contact = ""', 'contact = "0800 1"'))
        shutil.copy(ROOT / "conf" / "replies.toml", daemon.directory)
        daemon.start()
        daemon.wait_bound("alpha")
        return daemon

    def call(self, method, target, body=None, content_type="application/json", status=None, text=True):
        """Asks, and holds question and answer against the description."""
        path, _, query = target.partition("?")
        if body is not None and not isinstance(body, str):
            body = json.dumps(body)
        connection = UnixConnection(self.gateway.socket, WAIT)
        try:
            connection.request(method, target, body.encode() if body is not None else None, {"Content-Type": content_type} if body is not None else {})
            response = connection.getresponse()
            octets, media_type = response.read(), response.headers.get_content_type()
        finally:
            connection.close()
        answer = octets.decode() if media_type != "application/x-pcapng" else octets
        self.description.answered(method, path, query, body, content_type, response.status, media_type, answer)
        if status is not None:
            self.assertEqual(response.status, status, (method, target, answer))
        return json.loads(answer) if media_type.endswith("json") and "ndjson" not in media_type else answer

    def says(self, text, index):
        before = self.gateway.get("/v1/status").json["events"]["last"]
        self.assertEqual(self.alpha.say(number(index), text, "ACME"), 0)
        wait_for(lambda: any(event["type"] == "replied" for event in self.gateway.events(before)), f"{text} is told")

    def job(self, job_id, index=1, **changes):
        job = {"id": job_id, "to": number(index), "text": "Please pay", "account": f"A-{index}", "invoice": f"I-{index}", "locale": "en", "kind": "due", **changes}
        return {name: value for name, value in job.items() if value is not None}

    def test_every_call_answers_as_described(self):
        daemon = self.gateway = self.gate()
        self.description = Description(daemon.get("/v1/openapi.json").json)
        self.assertEqual(self.description.document, json.loads(WRITTEN.read_text()), "what is served is docs/openapi.json")
        for part in (self.jobs, self.plans, self.accounts, self.people, self.campaigns, self.events, self.links, self.required_fields, self.wrong_fields,
                     self.wrong_parameters, self.unexpected_bodies):
            with self.subTest(part.__name__):
                part(daemon)
        described = set(self.description.operations)
        self.assertEqual(described - self.description.well, set(), "calls that were not exercised")
        may_fail = {key for key, operation in self.description.operations.items() if set(operation["responses"]) - {"200", "201", "default"}}
        self.assertEqual(may_fail - self.description.refused, set(), "calls that were not refused once")
        fields = {f"{name}.{field}" for name, schema in self.answers().items() for field in schema.get("properties", {})}
        self.assertEqual(fields - self.description.seen - UNSEEN - SOMETIMES, set(), "fields that no answer had")
        self.assertEqual(UNSEEN - (fields - self.description.seen), set(), "fields that are seen after all")

    def answers(self):
        """The schemas of answers."""
        names, found = set(), [each for operation in self.description.operations.values() for each in schemas_in(operation["responses"], [])]
        while found:
            for ref in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(found.pop())):
                if ref not in names:
                    names.add(ref)
                    found.append(self.description.components["schemas"][ref])
        return {name: self.description.components["schemas"][name] for name in names - {"Problem"}}

    def jobs(self, daemon):
        call = self.call
        call("GET", "/v1/status", status=200)
        call("GET", "/v1/openapi.json", status=200)
        full = self.job("a/1", amount="20.00", currency="GBP", due_date="2026-12-01", stage="due", purpose="billing", priority="high", max_segments=2,
                        consent={"basis": "contract", "source": "web", "at": "2026-01-01T00:00:00Z"}, in_doubt="resend", campaign="early", hops=0)
        call("POST", "/v1/jobs", full, status=201)
        call("POST", "/v1/jobs", full, status=200)
        call("POST", "/v1/jobs", {**full, "text": "Other"}, status=409)
        call("POST", "/v1/jobs", {"id": "x", "to": "12", "text": "x"}, status=422)
        call("POST", "/v1/jobs", {**full, "colour": "red"}, status=422)
        call("POST", "/v1/jobs", {"id": "x", "to": number(1), "template": "nothing"}, status=422)
        wrong = self.job("x", template="due", text=None, amount="20.00", currency="GBP", due_date="2026-12-01")
        call("POST", "/v1/jobs", {**wrong, "kind": "final"}, status=422)
        refused = call("POST", "/v1/jobs", {**wrong, "params": {"name": "Ana", "colour": "red"}}, status=422)
        self.assertEqual((refused["code"], refused["field"]), ("unknown_field", "params.colour"))
        call("POST", "/v1/jobs", "{", status=400)
        call("POST", "/v1/jobs", "x" * 70000, status=413)
        call("POST", "/v1/jobs", "id=1", "application/x-www-form-urlencoded", status=415)
        daemon.wait_state("a/1", "delivered")
        call("GET", "/v1/jobs/a%2F1", status=200)
        call("GET", "/v1/jobs/none", status=404)
        call("GET", "/v1/jobs/a%2F1?verbose=1", status=400)
        lines = "".join(json.dumps(each) + "\n" for each in (self.job("b", 2), self.job("b", 2), self.job("c", 2, to="1"), {"to": number(1)}))
        call("POST", "/v1/jobs", lines + "{\n", "application/x-ndjson", status=200)
        call("POST", "/v1/jobs?answer=refused", lines, "application/x-ndjson", status=200)
        call("POST", "/v1/jobs?answer=some", lines, "application/x-ndjson", status=422)
        # What waits: changed, previewed, explained, cancelled.
        later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
        call("POST", "/v1/jobs", self.job("later", 3, template="due", text=None, not_before=later, amount="20.00", currency="GBP", due_date="2026-12-01",
                                         params={"name": "Ana"}), status=201)
        call("POST", "/v1/jobs", self.job("waits", 3, not_before=later, amount="20.00", currency="GBP", due_date="2026-12-01", stage="due", campaign="early",
                                         time_zone="Europe/London"), status=201)
        call("PATCH", "/v1/jobs/waits", {"amount": "10.00", "ledger_as_of": "2026-11-01T00:00:00Z"}, status=200)
        call("PATCH", "/v1/jobs/a%2F1", {"amount": "10.00"}, status=409)
        call("GET", "/v1/jobs/waits", status=200)
        call("GET", "/v1/explain?job=waits", status=200)
        call("GET", "/v1/explain?of=a%2F1", status=200)
        call("GET", "/v1/explain?account=A-3", status=200)
        call("GET", "/v1/explain?job=none", status=404)
        call("GET", "/v1/explain", status=422)
        call("GET", "/v1/explain?job=waits&at=noon", status=422)
        call("POST", "/v1/preview", self.job("p", 4, text="“Pay” now, żółw"), status=200)
        call("POST", f"/v1/preview?at={later}", self.job("waits", 3, not_before=later, amount="20.00", currency="GBP", due_date="2026-12-01", stage="due", campaign="early",
                                                         time_zone="Europe/London"), status=200)
        call("POST", "/v1/preview", self.job("p", 4, template="due", text=None, amount="20.00", currency="GBP", due_date="2026-12-01", params={"name": "Ana"}), status=200)
        call("POST", "/v1/preview", {"id": "x"}, status=422)
        call("DELETE", "/v1/jobs/waits", status=200)
        call("DELETE", "/v1/jobs/a%2F1", status=409)
        call("DELETE", "/v1/jobs/none", status=404)
        # In doubt: submitted, never answered, the link lost.
        self.alpha.answer = lambda submit: None
        call("POST", "/v1/jobs", self.job("doubt", 5, in_doubt="hold"), status=201)
        wait_for(lambda: any(submit.destination == number(5)[1:] for submit in self.alpha.submits), "doubt is handed over")
        self.alpha.answer = lambda submit: 0
        self.alpha.drop()
        daemon.wait_state("doubt", "in_doubt")
        call("POST", "/v1/jobs/a%2F1/resolve", {"as": "sent"}, status=409)
        call("POST", "/v1/jobs/doubt/resolve", {"as": "forget"}, status=422)
        call("POST", "/v1/jobs/doubt/resolve", {"as": "drop"}, status=200)
        call("POST", "/v1/jobs/none/resolve", {"as": "drop"}, status=404)
        daemon.wait_bound("alpha")

    def plans(self, daemon):
        call = self.call
        call("GET", "/v1/plans", status=200)
        call("GET", "/v1/plans/friendly", status=200)
        call("GET", f"/v1/plans/friendly?due=2026-12-01&number={urllib.parse.quote(number(1))}&with=loyal=yes&from=2026-11-20T12:00:00Z", status=200)
        call("GET", "/v1/plans/friendly?due=2026-12-01&zone=Europe/Warsaw&from=2026-12-20T12:00:00Z", status=200)
        call("POST", "/v1/jobs", {"id": "plan", "to": number(6), "plan": "returned", "account": "A-6", "invoice": "I-6", "amount": "5.00", "currency": "EUR",
                                  "due_date": "2026-12-01", "locale": "en"}, status=201)
        call("GET", "/v1/jobs/plan", status=200)
        call("GET", "/v1/plans/collection?due=2026-12-01&country=PL&purpose=collection", status=200)
        call("GET", "/v1/plans/none", status=404)
        call("GET", "/v1/plans/friendly?zone=Europe/Warsaw", status=422)
        call("GET", "/v1/plans/friendly?due=soon&zone=Europe/Warsaw", status=422)

    def accounts(self, daemon):
        call = self.call
        later = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for index, account in ((10, "A-10"), (11, "A-11"), (12, "A-12")):
            call("POST", "/v1/jobs", self.job(f"o{index}", index, not_before=later, amount="50.00", currency="EUR", due_date="2026-12-01"), status=201)
        call("POST", "/v1/accounts/A-10", {"invoice": "I-10", "amount": "40.00", "ledger_as_of": "2026-11-01T00:00:00Z"}, status=200)
        call("POST", "/v1/accounts/A-10", {"hold": "dispute", "hold_until": later}, status=200)
        call("POST", "/v1/accounts/A-10", {"account": "A-11"}, status=409)
        call("POST", "/v1/accounts/A-10", {"amount": "much"}, status=422)
        call("GET", "/v1/holds?account=A-10", status=200)
        call("GET", "/v1/holds", status=422)
        call("POST", "/v1/payments", {"account": "A-10", "invoice": "I-10", "id": "p1", "amount": "5.00", "currency": "EUR"}, status=200)
        call("POST", "/v1/payments", {"account": "A-11", "id": "p2"}, status=200)
        call("GET", "/v1/explain?account=A-10", status=200)
        call("POST", "/v1/payments", {"account": "A-12", "invoice": "I-12", "paid_at": "2026-11-01T00:00:00Z"}, status=200)
        call("POST", "/v1/accounts/A-12", {"due_date": "2026-12-02"}, status=200)
        for account in ("A-11", "A-12"):
            call("GET", f"/v1/explain?account={account}", status=200)
        call("GET", "/v1/jobs/o10", status=200)
        call("POST", "/v1/payments", {"account": "A-11", "id": "p2", "reversed": True}, status=200)
        call("POST", "/v1/payments", {"account": "A-11", "amount": "5.00"}, status=422)
        call("POST", "/v1/payments", {"account": "A-11", "id": "none", "reversed": True})
        hold = call("POST", "/v1/holds", {"number": number(12), "reason": "asked", "until": later}, status=201)
        call("POST", "/v1/holds", {"account": "A-12", "reason": "asked"}, status=201)
        call("POST", "/v1/holds", {"reason": "asked"}, status=422)
        call("GET", f"/v1/holds?number={urllib.parse.quote(number(12))}", status=200)
        call("GET", f"/v1/consents/{urllib.parse.quote(number(12))}", status=200)
        call("DELETE", f"/v1/holds/{hold['id']}", status=200)
        call("DELETE", f"/v1/holds/{hold['id']}", status=404)

    def people(self, daemon):
        call = self.call
        at = {index: "/v1/consents/" + number(index) for index in range(20, 40)}
        inbox = {index: "/v1/inbox/" + number(index) for index in range(20, 40)}
        for index in range(20, 30):
            call("POST", "/v1/jobs", self.job(f"j{index}", index, pay_url="https://pay.example.com/1", campaign="early", amount="5.00", currency="EUR", due_date="2026-11-13"), status=201)
        for index in range(20, 30):
            daemon.wait_state(f"j{index}", "delivered")
        for index, text in ((20, "STOP"), (21, "that is a scam"), (22, "I will pay tomorrow"), (23, "who on earth are you"), (24, "call me"),
                            (25, "my husband died"), (26, "that is a scam"), (27, "I paid it already")):
            self.says(text, index)
        call("GET", "/v1/inbox", status=200)
        page = call("GET", "/v1/inbox?limit=1", status=200)
        call("GET", f"/v1/inbox?limit=2&after={page['next']}", status=200)
        call("GET", "/v1/inbox?kind=term", status=200)
        call("GET", "/v1/inbox?limit=0", status=422)
        call("GET", "/v1/inbox?kind=all", status=422)
        call("GET", inbox[23], status=200)
        call("GET", inbox[22], status=200)
        call("GET", inbox[25], status=200)
        call("GET", inbox[39], status=404)
        answered = call("POST", inbox[23] + "/answer", {"text": "Your power company."}, status=201)
        daemon.wait_state(answered["id"], "delivered")
        call("GET", inbox[23], status=200)
        call("POST", inbox[39] + "/answer", {"text": "Hello"}, status=404)
        call("POST", inbox[23] + "/clear", status=200)
        call("POST", inbox[23] + "/clear", status=404)
        call("POST", inbox[21] + "/block", status=200)
        call("POST", "/v1/inbox/12/block")
        day = (datetime.date.today() + datetime.timedelta(days=2)).isoformat()
        call("POST", inbox[22] + "/promise", {"date": day}, status=200)
        call("POST", inbox[22] + "/promise", {"date": "2020-01-01"}, status=422)
        call("POST", inbox[26] + "/dispute", status=200)
        call("POST", "/v1/inbox/12/dispute", status=422)
        # The call list, and a number that nothing reaches.
        call("GET", "/v1/call-list?format=json", status=200)
        call("GET", "/v1/call-list?campaign=early", status=200)
        call("GET", "/v1/call-list?format=xls", status=422)
        call("DELETE", "/v1/call-list/j24", status=200)
        call("DELETE", "/v1/call-list/j24", status=404)
        # Reports.
        call("GET", "/v1/reports/jobs", status=200)
        call("GET", "/v1/reports/jobs?by=day,campaign,stage&campaign=early", status=200)
        call("GET", "/v1/reports/jobs?from=2026-01-01&format=csv", status=200)
        call("GET", "/v1/reports/jobs?from=yesterday", status=422)
        call("GET", "/v1/reports/jobs?by=week", status=422)
        call("GET", "/v1/reports/jobs?format=xls", status=422)
        self.alpha.answer = lambda submit: 0x0B  # ESME_RINVDSTADR
        call("POST", "/v1/jobs", self.job("bad", 30, handoff="letter"), status=201)
        daemon.wait_state("bad", "rejected")
        self.alpha.answer = lambda submit: 0
        call("GET", "/v1/explain?job=bad", status=200)
        call("GET", at[30], status=200)
        call("GET", "/v1/bad-numbers", status=200)
        call("GET", "/v1/bad-numbers?format=csv", status=200)
        call("GET", "/v1/bad-numbers?format=xls", status=422)
        call("DELETE", "/v1/bad-numbers/" + number(30), status=200)
        call("DELETE", "/v1/bad-numbers/12", status=422)
        # Consents.
        call("GET", at[20], status=200)
        call("GET", at[39], status=404)
        call("PUT", at[20], {"status": "allowed", "source": "phone"}, status=409)
        call("PUT", at[31], {"status": "allowed", "source": "web", "purpose": "marketing", "basis": "ticked", "at": "2026-01-01T00:00:00Z"}, status=200)
        call("PUT", at[31], {"status": "perhaps", "source": "web"}, status=422)
        call("PUT", at[32], {"status": "blocked", "source": "letter", "stopped": True}, status=200)
        call("PUT", at[32], {"status": "allowed", "source": "phone", "override": "asked for it"}, status=None)
        call("DELETE", at[31], status=200)
        call("DELETE", at[20], status=409)
        call("GET", f"/v1/explain?number={urllib.parse.quote(number(22))}", status=200)
        call("GET", "/v1/explain?number=12", status=422)
        call("POST", "/v1/forget", {"number": number(24)}, status=200)
        call("POST", "/v1/forget", {"number": "12"}, status=422)

    def campaigns(self, daemon):
        call = self.call
        header = "id,to,account,invoice,text,locale\n"
        rows = "".join(f"n{index},{number(index)},B-{index},{index},Hello {index},en\n" for index in range(50, 52))
        call("POST", "/v1/campaigns?id=nov&skip_bad=true&canary=1", header + rows + "bad,12,x,1,Hello,en\n", "text/csv", status=200)
        call("POST", "/v1/campaigns?id=due&template=due&locale=en&currency=EUR", f"to,account,invoice,kind,name,amount,due_date\n{number(70)},C-1,1,due,Ana,5.00,2026-12-01\n",
             "text/csv", status=200)
        call("GET", "/v1/campaigns/due", status=200)
        call("POST", "/v1/campaigns?id=nov2", header + rows + "bad,12,x,1,Hello,en\n", "text/csv", status=422)
        call("POST", "/v1/campaigns?id=nov2&report=true", header + rows + "bad,12,x,1,Hello,en\n", "text/csv", status=200)
        call("POST", "/v1/campaigns?id=nov2&dry_run=true&map=text:text", header + rows.replace("n5", "m5") + "bad,12,x,1,Hello,en\n", "text/csv", status=200)
        call("POST", "/v1/campaigns?id=nov2&dry_run=true&report=true", header + rows.replace("n5", "m5"), "text/csv", status=200)
        call("POST", "/v1/campaigns", header + rows, "text/csv", status=422)
        call("POST", "/v1/campaigns?id=nov2&dry_run=perhaps", header + rows, "text/csv", status=422)
        call("POST", "/v1/campaigns?id=nov2", header + rows, "application/json", status=415)
        call("POST", "/v1/campaigns?id=nov2&charset=klingon", header + rows, "text/csv", status=422)
        call("POST", "/v1/campaigns?id=nov2&map=x", header + rows, "text/csv", status=422)
        call("POST", "/v1/campaigns?id=nov2&send_at=soon", header + rows, "text/csv", status=422)
        call("POST", "/v1/campaigns?id=nov2&currency=EUX", header + rows, "text/csv", status=422)
        daemon.wait_state("n50", "delivered")
        call("GET", "/v1/campaigns/nov", status=200)
        for order in ("pause", "resume", "resend-failed", "cancel"):
            call("POST", f"/v1/campaigns/none/{order}", status=404)
            if order != "cancel":
                call("POST", f"/v1/campaigns/nov/{order}", status=200)
            if order == "pause":
                call("GET", "/v1/campaigns/nov", status=200)
        daemon.wait_state("n51", "delivered")
        wait_for(lambda: call("GET", "/v1/campaigns/nov").get("finished"), "the campaign is over")
        many = "".join(f"k{index},{number(index)},B-{index},{index},Hello {index},en\n" for index in range(60, 66))
        call("POST", "/v1/campaigns?id=big", header + many, "text/csv", status=200)
        call("POST", "/v1/campaigns/big/approve", status=409 if os.getuid() == 0 else None)
        call("POST", "/v1/campaigns/none/approve", status=404)
        self.approve(daemon)
        call("GET", "/v1/campaigns?most=1", status=200)
        call("GET", "/v1/campaigns?after=nov&most=1", status=200)
        call("GET", "/v1/campaigns?most=0", status=422)
        call("GET", "/v1/campaigns/none", status=404)
        call("POST", "/v1/campaigns/big/cancel", status=200)

    def approve(self, daemon):
        """As another user, where there can be one."""
        if os.getuid() != 0:
            self.description.well.add(("POST", "/v1/campaigns/{id}/approve"))
            self.description.seen.add("Campaign.approved_by")
            return
        os.chmod(daemon.directory.parent, 0o755)
        os.chmod(daemon.socket, 0o666)
        os.seteuid(65534)
        try:
            self.call("POST", "/v1/campaigns/big/approve", status=200)
        finally:
            os.seteuid(0)
        self.call("GET", "/v1/campaigns/big", status=200)

    def events(self, daemon):
        call = self.call
        call("GET", "/v1/events", status=200)
        call("POST", "/v1/consumers/erp", {"ack": 3}, status=200)
        call("POST", "/v1/consumers/erp", {"ack": 10**9}, status=404)
        call("GET", "/v1/events?consumer=erp", status=200)
        call("GET", "/v1/events?after=x", status=422)
        call("GET", f"/v1/events?after={10**9}", status=422)
        call("GET", "/v1/events?follow=perhaps", status=422)

    def links(self, daemon):
        call = self.call
        call("GET", "/v1/links", status=200)
        for order in ("pause", "resume", "rebind"):
            call("POST", f"/v1/links/alpha/{order}", status=200)
            call("POST", f"/v1/links/none/{order}", status=404)
        daemon.wait_bound("alpha")
        call("GET", "/v1/links", status=200)
        call("PATCH", "/v1/links/alpha", {"throughput": 50, "window": 20}, status=200)
        call("PATCH", "/v1/links/alpha", {"window": 0}, status=422)
        call("PATCH", "/v1/links/none", {"window": 1}, status=404)
        call("GET", "/v1/links/alpha/pdus?most=3", status=200)
        call("GET", "/v1/links/alpha/pdus?most=0", status=422)
        call("GET", "/v1/links/none/pdus", status=404)
        capture = call("GET", "/v1/links/alpha/capture?seconds=1", status=200)
        self.assertEqual(capture[:4], b"\x0a\x0d\x0d\x0a")
        call("GET", "/v1/links/alpha/capture?seconds=0", status=422)
        call("GET", "/v1/links/none/capture", status=404)
        call("POST", "/v1/reload", status=200)
        written = daemon.config.read_text()
        daemon.config.write_text(written + "\n[nothing]\nx = 1\n")
        call("POST", "/v1/reload", status=422)
        daemon.config.write_text(written)

    WANTS = {"/v1/jobs/{id}/resolve": "/v1/jobs/a%2F1/resolve", "/v1/accounts/{account}": "/v1/accounts/A-1", "/v1/consents/{number}": "/v1/consents/" + number(33),
             "/v1/inbox/{number}/answer": f"/v1/inbox/{number(22)}/answer", "/v1/inbox/{number}/promise": f"/v1/inbox/{number(22)}/promise",
             "/v1/consumers/{name}": "/v1/consumers/erp", "/v1/links/{smsc}": "/v1/links/alpha"}

    def json_bodies(self):
        """Each call that takes one: method, path, the schema, and a body that has what it requires."""
        for (method, path), operation in self.description.operations.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                schema = self.description.named(content["schema"]["$ref"])
                body = {name: schema["properties"][name].get("enum", ["1"])[0] for name in schema.get("required", [])}
                if schema is self.description.components["schemas"]["Job"]:
                    body["text"] = "x"
                yield method, self.WANTS.get(path, path), schema, body

    def resolved(self, schema):
        return self.description.named(schema["$ref"]) if "$ref" in schema else schema

    def beyond(self, kind):
        """Numbers just outside its bounds, none below zero."""
        return ([kind["maximum"] + 1] if "maximum" in kind else []) + ([kind["minimum"] - 1] if kind.get("minimum", 0) > 0 else [])

    def refused(self, method, target, body, code, field):
        answer = self.call(method, target, body, status=422)
        self.assertEqual((answer["code"], answer.get("field")), (code, field), (method, target, body))

    def required_fields(self, daemon):
        """What the description requires of a body is asked for by name."""
        for method, path, schema, body in self.json_bodies():
            for missing in schema.get("required", []):
                self.refused(method, path, {name: value for name, value in body.items() if name != missing}, "missing", missing)
                property = schema["properties"][missing]
                self.assertEqual(property.get("minLength", 0), int(property.get("type") == "string" and "enum" not in property), "a required string is not empty")
                if "minLength" in property:
                    self.refused(method, path, {**body, missing: ""}, "missing", missing)

    def wrong_fields(self, daemon):
        """What has words takes no other, and what has bounds nothing beyond them."""
        words = bounds = 0
        for method, path, schema, body in self.json_bodies():
            for name, property in schema["properties"].items():
                kind = self.resolved(property)
                if "enum" in kind:
                    self.refused(method, path, {**body, name: kind["enum"][0] + "s"}, "unknown_value", name)
                    words += 1
                for value in self.beyond(kind):
                    self.refused(method, path, {**body, name: value}, "out_of_range", name)
                    bounds += 1
        self.assertGreaterEqual(words, 8)
        self.assertGreaterEqual(bounds, 3)

    def wrong_parameters(self, daemon):
        """The same of queries; and none is there twice that is not a list."""
        words = bounds = 0
        for (method, path), operation in self.description.operations.items():
            for each in operation.get("parameters", []):
                if each["in"] != "query":
                    continue
                name, kind = each["name"], self.resolved(each["schema"])
                target = f"{re.sub('{[^}]*}', 'x', path)}?{name}="
                if kind.get("type") != "array":
                    self.refused(method, f"{target}1&{name}=1", None, "duplicate_parameter", name)
                if "enum" in kind or kind.get("type") == "boolean":
                    self.refused(method, target + "neither", None, "unknown_value", name)
                    words += 1
                for value in self.beyond(kind):
                    self.refused(method, f"{target}{value}", None, "out_of_range", name)
                    bounds += 1
        self.assertGreaterEqual(words, 11)
        self.assertGreaterEqual(bounds, 8)

    def unexpected_bodies(self, daemon):
        """What a call does not take is not passed over in silence; what says nothing is none."""
        for (method, path), operation in self.description.operations.items():
            if "requestBody" not in operation:
                self.refused(method, re.sub("{[^}]*}", "x", path), {"reason": "asked"}, "unexpected_body", None)
        self.call("GET", "/v1/status", {}, status=200)


if __name__ == "__main__":
    main()
