/** What is said where things are looked for by name, in Chinese. */
export const zhFind = {
  find: {
    label: '查找分区、设施、小区、道路或坐标',
    placeholder: '查找社区、设施、道路、坐标',
    recent: '最近查找',
    none: '没有找到“{q}”。试试少打几个字、拼音首字母,或坐标 29.58, 105.05。',
    failed: '查找没有成功,再试一次。',
    some: '列出 {n} 个,共 {total} 个',
    tab: '打开这一页',
    facilities: '{n} 处',
    parts: '{n} 段',
  },
  found: {
    go: '页面',
    place: '坐标',
    kind: '设施类别',
    zone: '分区',
    estate: '小区',
    facility: '设施',
    road: '道路',
  },
  /** What a tab is found by, beside its name. */
  tab_words: {
    coverage: '现状 覆盖率 能到 xianzhuang fugailv xz fgl',
    gaps: '缺口 盲区 quekou mangqu qk mq',
    sites: '选址 方案 新建 xuanzhi fangan xz fa',
    indicators: '指标 完整度 公平 人均 老旧小区 敏感性 zhibiao wanzhengdu gongping zb',
    data: '数据 导入 图层 来源 shuju daoru sj dr',
  },
};
