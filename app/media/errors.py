"""What is wrong with an upload."""

from app.errors import N_, Invalid, NotFound


class NotAPicture(Invalid):
    code = "not-a-picture"
    message = N_("This file is not a JPEG, PNG, WebP or GIF picture, or it is damaged. Choose another one.")


class PictureTooHeavy(Invalid):
    code = "picture-too-heavy"
    message = N_("This file has %(megabytes)s MB; at most %(limit)s MB can be sent. Make it smaller first.")


class PictureTooLarge(Invalid):
    code = "picture-too-large"
    message = N_("This picture has %(megapixels)s megapixels; at most %(limit)s are accepted. Make it smaller first.")


class PictureTooSmall(Invalid):
    code = "picture-too-small"
    message = N_("This picture is only %(width)s by %(height)s points; it needs at least %(least)s each way.")


class NotShowable(Invalid):
    code = "not-showable"
    message = N_(
        "This file is neither a picture (JPEG, PNG, WebP, GIF) nor a PDF, or it is damaged. Choose another one."
    )


class PdfTooHeavy(Invalid):
    code = "pdf-too-heavy"
    message = N_("This PDF has %(megabytes)s MB; at most %(limit)s MB can be sent. Make it smaller first.")


class PictureNotFound(NotFound):
    code = "picture-not-found"
    message = N_("There is no such picture.")
