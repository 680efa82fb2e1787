// Package equity measures how evenly something, such as a score of
// accessibility, is spread over people: the Lorenz curve and what is read off
// it, the gap between the richest and the poorest, and how many fall short of a
// line by how much.
//
// Values are of places, and count as often as their weight: all people of a
// place have its value. So a place split in two with the same value changes
// nothing, and a place of weight 0 counts nowhere.
package equity
