// The words for what policies name by codes.
import QtQuick

QtObject {
    function origin(code) {
        return code === "user" ? qsTr("what is asked") : code === "answer" ? qsTr("the answer") : code === "picture" ? qsTr("text in a picture") : qsTr("what was looked up")
    }
    function origins(codes) {
        return codes.map(code => origin(code)).join(qsTr(", "))
    }
    function action(code) {
        return code === "block" ? qsTr("Blocks") : code === "mask" ? qsTr("Masks") : code === "replace" ? qsTr("Replaces")
            : code === "ask-again" ? qsTr("Asks again") : code === "log" ? qsTr("Notes") : code === "allow" ? qsTr("Allows")
            : code === "fail-closed" ? qsTr("Could not judge, so it was blocked") : code === "fail-open" ? qsTr("Could not judge, so it went on") : code
    }
    function kind(code) {
        return code === "block" || code === "fail-closed" ? "bad" : code === "mask" || code === "replace" || code === "ask-again" || code === "fail-open" ? "warning" : "plain"
    }
    function symbol(code) {
        return code === "block" || code === "fail-closed" ? "stop" : code === "mask" || code === "replace" ? "edit" : code === "ask-again" ? "retry" : code === "allow" ? "check" : code === "fail-open" ? "warning" : "info"
    }
    function level(code) {
        return code === 1 ? qsTr("level 1, rules") : code === 2 ? qsTr("level 2, classifier") : code === 3 ? qsTr("level 3, review of the answer") : ""
    }
    function personal(code) {
        return code === "email" ? qsTr("e-mail addresses") : code === "phone" ? qsTr("phone numbers") : code === "card" ? qsTr("card numbers")
            : code === "china-id" ? qsTr("Chinese identity numbers") : code === "iban" ? qsTr("bank accounts (IBAN)") : code
    }
    // What a rule looks for.
    function finds(rule) {
        if (rule.kind === "words")
            return qsTr("Words and phrases: %L1").arg(rule.words) + (rule.exceptions > 0 ? qsTr("; exceptions: %L1").arg(rule.exceptions) : "")
        if (rule.kind === "personal")
            return qsTr("Personal data: %1").arg(rule.personal.map(code => personal(code)).join(qsTr(", ")))
        if (rule.kind === "pattern")
            return qsTr("The pattern %1").arg(rule.pattern)
        if (rule.kind === "picture")
            return qsTr("Unsafe pictures, from a score of %1 on, by %2").arg(rule.threshold).arg(rule.classifier)
        return rule.classifier ? qsTr("%1, from a score of %2 on, by %3").arg(rule.label).arg(rule.threshold).arg(rule.classifier)
            : qsTr("%1, from a score of %2 on").arg(rule.label).arg(rule.threshold)
    }
}
