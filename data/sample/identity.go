package sample

// Study is the id of the district in its manifest.
const Study = "dongxing-sample"

// Attribution is the first line of the district's attribution. Its edition
// goes up whenever the drawing changes, so that a store can tell whether it
// holds the district of today.
const Attribution = "Kaimen sample district, edition 3: made-up data / 开门可及示例区第 3 版：虚构数据"
