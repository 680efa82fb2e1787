/** What is said of what would be if, in Chinese. */
export const zhWhatIf = {
  whatif: { choose: '看什么' },
  what_ifs: { scenarios: '情景', roads: '断头路与缺失连接' },
};
