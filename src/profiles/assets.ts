/** Asset lists; the order is the column order (30 §1). */
const words = (text: string): readonly string[] => text.split(" ");

export const BREAKOUT_ASSETS = words(
  "BTC ETH XRP SOL TRX DOGE ADA BCH XMR LINK LEO HYPE XLM ZEC SUI LTC AVAX HBAR SHIB TON CRO DOT UNI MNT BGB TAO AAVE PEPE NEAR ICP ETC ONDO SKY",
);
export const FUNDING_ASSETS = words(
  "BTC ETH SOL XRP DOGE ADA AVAX LINK DOT SUI NEAR AAVE UNI LTC HBAR PEPE TRX SHIB TAO ONDO",
);
export const TRADE_MIX_ASSETS = words("BTC ETH TAO SOL");
