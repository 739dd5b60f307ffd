"""The far end of the documents: a bucket in memory that answers as S3 does."""

from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError


@dataclass
class Bucket:
    """Keeps objects; can be told to fail."""

    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    failing: bool = False

    def put_object(self, **request: Any) -> dict[str, Any]:
        if self.failing:
            raise ConnectionError("the bucket is down")
        self.objects[request["Key"]] = request
        return {}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803  # boto's words
        assert Bucket
        if Key not in self.objects:
            answer: Any = {"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
            raise ClientError(answer, "HeadObject")
        return {"Metadata": self.objects[Key]["Metadata"]}

    def generate_presigned_url(self, action: str, *, Params: dict[str, Any], ExpiresIn: int) -> str:  # noqa: N803
        assert action == "get_object"
        return f"https://documents.example/{Params['Key']}?expires={ExpiresIn}"

    def body(self, ending: str) -> bytes:
        """The one file with this ending."""
        [found] = [each["Body"] for key, each in self.objects.items() if key.endswith(ending)]
        assert isinstance(found, bytes)
        return found
