// What went wrong, with a button for the one thing that mends it: `error.mend` is the name of a page, or one of what
// whoever shows it is `able` to do ("again", "edit", "release"). No button where nothing here mends it.
import QtQuick

Banner {
    id: banner
    property var able: []
    signal mended(string mend)
    readonly property string mend: error && error.mend || ""
    readonly property var there: desktop.page === mend ? null : desktop.pages.find(page => page.name === mend) || null
    action: {
        if (there)
            return qsTr("Open \"%1\"").arg(there.title)
        if (able.indexOf(mend) < 0)
            return ""
        return ({"again": qsTr("Try again"), "edit": qsTr("Change the question"), "release": qsTr("Start the model again")})[mend] || ""
    }
    onActed: there ? desktop.page = mend : mended(mend)
}
