"""Sealing a certificate: a PAdES signature of the whole file. Only the documents function can."""

import io

from chalicelib.agreements.seal import keys

FIELD = "Seal"


def sealed(pdf: bytes) -> bytes:
    """The file with the service's seal over every byte of it."""
    from asn1crypto import keys as asn1_keys  # type: ignore[import-untyped]  # 1.4 s to import: only where documents are made
    from asn1crypto import x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate = x509.Certificate.load(keys.certificate())
    nothing_more = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    signer = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=asn1_keys.PrivateKeyInfo.load(keys.private_der()),
        cert_registry=nothing_more,
    )
    how = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason="Sealed by Holdfast",
        certify=True,
    )
    whole = io.BytesIO()
    signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), how, signer=signer, output=whole)
    return whole.getvalue()
