// Sizes, times and counts as people read them.
pragma Singleton
import QtQuick

QtObject {
    // Bytes, in decimal units as files and shops count them.
    function bytes(count) {
        if (count < 1e6)
            return number(count / 1e3, 0) + " kB"
        if (count < 1e9)
            return number(count / 1e6, count < 1e8 ? 1 : 0) + " MB"
        return number(count / 1e9, 1) + " GB"
    }
    function number(value, digits) {
        return Number(value).toFixed(digits)
    }
    // Parameters of a model: 135M, 7.6B.
    function parameters(count) {
        return count >= 9.995e8 ? number(count / 1e9, 1) + "B" : number(count / 1e6, 0) + "M"
    }
    function duration(seconds) {
        if (seconds < 90)
            return qsTr("%1 s").arg(Math.max(1, Math.round(seconds)))
        if (seconds < 5400)
            return qsTr("%1 min").arg(Math.round(seconds / 60))
        return qsTr("%1 h").arg(number(seconds / 3600, 1))
    }
    // Tokens a second are an estimate, so they are rounded like one.
    function rate(speed) {
        return speed < 10 ? number(speed, 1) : String(Math.round(speed))
    }
}
