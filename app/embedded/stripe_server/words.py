"""What the hosted pages say, in English and Khmer, by whole sentences."""

from werkzeug import Request

from app.embedded.stripe_server.store import Row

ENGLISH = {
    "title": "Pay {amount}",
    "test_note": "No real money moves here. Use a test card.",
    "summary": "What you pay for",
    "quantity": "Quantity {count}",
    "total": "Total",
    "card_heading": "Pay by card",
    "email": "Email",
    "number": "Card number",
    "expiry": "Expiry date",
    "expiry_hint": "Month and year, as in 12 / 34",
    "cvc": "Security code (CVC)",
    "cvc_hint": "3 digits on the back; 4 on the front of American Express",
    "name": "Name on card",
    "pay": "Pay {amount}",
    "back": "Back to the shop",
    "problem": "There is a problem",
    "test_cards": "Test cards",
    "card_paid": "pays",
    "card_challenge": "asks the bank first",
    "card_declined": "is declined",
    "card_no_funds": "has too little money on it",
    "card_disputed": "pays and is disputed later",
    "email_error": "Enter an email address, as in name@example.com",
    "number_error": "Check the card number: a digit is missing or wrong",
    "not_test_error": "Use a test card, as in 4242 4242 4242 4242: real cards are not taken here",
    "expiry_error": "Enter the expiry date as month and year, as in 12 / 34",
    "expired_error": "This card has expired: check the date or use another card",
    "cvc_error": "Enter the security code: 3 digits, or 4 for American Express",
    "name_error": "Enter the name as it stands on the card",
    "declined": "Your card was declined. You were not charged. Try another card.",
    "insufficient_funds": "Your card has too little money on it. You were not charged. Try another card.",
    "expired_card": "Your card has expired. You were not charged. Try another card.",
    "incorrect_cvc": "The security code is wrong. You were not charged. Check it and try again.",
    "processing_error": "Your bank could not be reached. You were not charged. Try again in a moment.",
    "not_authenticated": "Your bank did not confirm it was you. You were not charged. Try again or use another card.",
    "challenge_title": "Confirm with your bank",
    "challenge_text": "Your bank asks whether you are paying {amount}. In test mode you choose the answer.",
    "complete": "Complete: it is me",
    "fail": "Fail: it is not me",
    "expired_title": "This payment page has expired",
    "expired_text": "You were not charged. Go back to the shop to start again.",
    "missing_title": "There is no such payment page",
    "missing_text": "Check the address, or go back to the shop and start again.",
    "receipt_title": "Receipt for {amount}",
    "receipt_text": "Paid by test card ending in {last4}.",
    "other_language": "ភាសាខ្មែរ",
}
KHMER = {
    "title": "បង់ប្រាក់ {amount}",
    "test_note": "គ្មានប្រាក់ពិតត្រូវបានកាត់នៅទីនេះទេ។ សូមប្រើកាតសាកល្បង។",
    "summary": "អ្វីដែលអ្នកកំពុងបង់ប្រាក់",
    "quantity": "ចំនួន {count}",
    "total": "សរុប",
    "card_heading": "បង់ប្រាក់ដោយកាត",
    "email": "អ៊ីមែល",
    "number": "លេខកាត",
    "expiry": "ថ្ងៃផុតកំណត់",
    "expiry_hint": "ខែ និងឆ្នាំ ឧទាហរណ៍ 12 / 34",
    "cvc": "លេខកូដសុវត្ថិភាព (CVC)",
    "cvc_hint": "លេខ 3 ខ្ទង់នៅខាងក្រោយកាត ឬ 4 ខ្ទង់នៅខាងមុខកាត American Express",
    "name": "ឈ្មោះនៅលើកាត",
    "pay": "បង់ប្រាក់ {amount}",
    "back": "ត្រឡប់ទៅហាងវិញ",
    "problem": "មានបញ្ហា",
    "test_cards": "កាតសាកល្បង",
    "card_paid": "បង់ប្រាក់បានជោគជ័យ",
    "card_challenge": "ធនាគារសួរបញ្ជាក់ជាមុន",
    "card_declined": "ត្រូវបានបដិសេធ",
    "card_no_funds": "មានប្រាក់មិនគ្រប់គ្រាន់",
    "card_disputed": "បង់ប្រាក់បាន ហើយត្រូវបានតវ៉ានៅពេលក្រោយ",
    "email_error": "សូមបញ្ចូលអាសយដ្ឋានអ៊ីមែល ឧទាហរណ៍ name@example.com",
    "number_error": "សូមពិនិត្យលេខកាត៖ មានលេខបាត់ ឬខុស",
    "not_test_error": "សូមប្រើកាតសាកល្បង ឧទាហរណ៍ 4242 4242 4242 4242។ ទីនេះមិនទទួលកាតពិតទេ",
    "expiry_error": "សូមបញ្ចូលខែ និងឆ្នាំផុតកំណត់ ឧទាហរណ៍ 12 / 34",
    "expired_error": "កាតនេះផុតកំណត់ហើយ៖ សូមពិនិត្យកាលបរិច្ឆេទ ឬប្រើកាតផ្សេង",
    "cvc_error": "សូមបញ្ចូលលេខកូដសុវត្ថិភាព 3 ខ្ទង់ ឬ 4 ខ្ទង់សម្រាប់ American Express",
    "name_error": "សូមបញ្ចូលឈ្មោះដូចនៅលើកាត",
    "declined": "កាតរបស់អ្នកត្រូវបានបដិសេធ។ អ្នកមិនត្រូវបានកាត់ប្រាក់ទេ។ សូមសាកល្បងកាតផ្សេង។",
    "insufficient_funds": "កាតរបស់អ្នកមានប្រាក់មិនគ្រប់គ្រាន់។ អ្នកមិនត្រូវបានកាត់ប្រាក់ទេ។ សូមសាកល្បងកាតផ្សេង។",
    "expired_card": "កាតរបស់អ្នកផុតកំណត់ហើយ។ អ្នកមិនត្រូវបានកាត់ប្រាក់ទេ។ សូមសាកល្បងកាតផ្សេង។",
    "incorrect_cvc": "លេខកូដសុវត្ថិភាពមិនត្រឹមត្រូវ។ អ្នកមិនត្រូវបានកាត់ប្រាក់ទេ។ សូមពិនិត្យ ហើយសាកល្បងម្ដងទៀត។",
    "processing_error": "មិនអាចទាក់ទងធនាគាររបស់អ្នកបានទេ។ អ្នកមិនត្រូវបានកាត់ប្រាក់ទេ។ សូមសាកល្បងម្ដងទៀតបន្តិចក្រោយ។",
    "not_authenticated": "ធនាគាររបស់អ្នកមិនបានបញ្ជាក់ថាជាអ្នកទេ។ អ្នកមិនត្រូវបានកាត់ប្រាក់ទេ។ សូមសាកល្បងម្ដងទៀត ឬប្រើកាតផ្សេង។",
    "challenge_title": "បញ្ជាក់ជាមួយធនាគាររបស់អ្នក",
    "challenge_text": "ធនាគាររបស់អ្នកសួរថា តើអ្នកកំពុងបង់ប្រាក់ {amount} ឬទេ។ ក្នុងរបៀបសាកល្បង អ្នកជ្រើសរើសចម្លើយដោយខ្លួនឯង។",
    "complete": "បញ្ជាក់៖ គឺខ្ញុំ",
    "fail": "បដិសេធ៖ មិនមែនខ្ញុំទេ",
    "expired_title": "ទំព័របង់ប្រាក់នេះផុតកំណត់ហើយ",
    "expired_text": "អ្នកមិនត្រូវបានកាត់ប្រាក់ទេ។ សូមត្រឡប់ទៅហាងវិញ ដើម្បីចាប់ផ្ដើមម្ដងទៀត។",
    "missing_title": "គ្មានទំព័របង់ប្រាក់នេះទេ",
    "missing_text": "សូមពិនិត្យអាសយដ្ឋាន ឬត្រឡប់ទៅហាងវិញ ហើយចាប់ផ្ដើមម្ដងទៀត។",
    "receipt_title": "បង្កាន់ដៃ {amount}",
    "receipt_text": "បានបង់ប្រាក់ដោយកាតសាកល្បងដែលបញ្ចប់ដោយ {last4}។",
    "other_language": "English",
}
LANGUAGES = {"en": ENGLISH, "km": KHMER}


def language_of(request: Request, session: Row | None) -> str:
    """The page's own switch, else what the session says, else the browser.

    Stripe's `locale` has no Khmer, so a session that wants it sets `metadata[locale]`, which Stripe ignores.
    """
    asked = request.values.get("lang", "")
    wished = (session["metadata"].get("locale") or session["locale"] or "auto") if session else "auto"
    for tag in (asked, wished):
        if tag.split("-")[0] in LANGUAGES:
            return tag.split("-")[0]
    if wished != "auto":
        return "en"
    return request.accept_languages.best_match(["en", "km"], "en") or "en"
