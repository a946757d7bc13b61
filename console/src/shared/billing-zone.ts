/** Billing days and months are those of Asia/Shanghai, which keeps UTC+8 without daylight saving. */
export const billingZone = 'Asia/Shanghai';
