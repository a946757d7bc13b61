export const newsKey = ['officer', 'news'];
