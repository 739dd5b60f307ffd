"""The floor that the web function is compared with: a boto3 client and Chalice with 30 routes.

Nothing an application of this kind could do without; see performance.md P1.
"""

import boto3
from chalice import Chalice

app = Chalice(app_name="floor")
client = boto3.client("dynamodb", region_name="eu-west-2")


def _page() -> dict[str, str]:
    return {}


for number in range(30):
    app.route(f"/page{number}/{{name}}", methods=["GET"])(lambda name: {"name": name})
