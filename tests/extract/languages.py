"""Sentences as news and letters write them, twenty in each language; written for these tests, no outlet's text."""

INDONESIAN = """
Pemerintah kota akan memperbaiki tiga ruas jalan yang rusak pada tahun depan.
Warga diminta tidak membuang sampah ke sungai karena dapat menyebabkan banjir.
Bupati mengatakan bahwa pembangunan pasar sudah mencapai delapan puluh persen.
Petugas pemadam kebakaran masih berada di lokasi hingga Senin malam.
Kepala dinas menyebut anggaran tersebut cukup untuk dua puluh sekolah.
Sebanyak lima rumah rusak akibat angin kencang di Kecamatan Sukamaju.
Polisi belum bisa memastikan penyebab kecelakaan itu.
"Kami akan segera menindaklanjuti laporan warga," ujarnya.
Harga cabai di pasar tradisional naik sejak pekan lalu.
Rapat paripurna DPRD membahas rancangan peraturan daerah tentang pajak.
Gubernur meresmikan jembatan baru yang menghubungkan dua kabupaten.
Korban dibawa ke rumah sakit terdekat oleh tim penyelamat.
Ratusan siswa mengikuti lomba membaca puisi di aula balai kota.
Ia berharap bantuan itu bermanfaat bagi keluarga yang terdampak.
Jalan utama ditutup sementara setelah hujan deras mengguyur kota.
Dana desa digunakan untuk membangun saluran air dan posyandu.
Wali kota menegaskan tak ada pungutan dalam penerimaan siswa baru.
Menurut dia, jumlah wisatawan meningkat dibandingkan tahun sebelumnya.
Pelaku usaha kecil mendapat pelatihan pemasaran digital dari pemerintah.
Tim SAR gabungan menemukan nelayan yang hilang dalam keadaan selamat.
"""

MALAY = """
Kerajaan negeri akan membaiki tiga batang jalan yang rosak pada tahun hadapan.
Penduduk diminta tidak membuang sampah ke sungai kerana boleh menyebabkan banjir.
Menteri Besar berkata pembinaan pasar itu sudah mencapai lapan puluh peratus.
Pasukan bomba masih berada di lokasi kejadian sehingga malam Isnin.
Beliau memaklumkan peruntukan berkenaan mencukupi bagi dua puluh buah sekolah.
Seramai lima keluarga dipindahkan selepas rumah mereka rosak akibat ribut.
Polis masih menyiasat punca kemalangan yang meragut nyawa seorang lelaki.
"Kita akan mengambil tindakan sekiranya ada pihak yang melanggar undang-undang," katanya.
Harga ayam di pasar raya meningkat susulan kekurangan bekalan sejak minggu lalu.
Mesyuarat itu turut membincangkan cadangan baharu daripada pihak syarikat.
Sultan berkenan merasmikan jambatan baharu yang menghubungkan dua daerah.
Mangsa dihantar ke hospital berhampiran untuk rawatan lanjut.
Mahkamah menetapkan Khamis depan bagi sebutan semula kes rasuah itu.
Beliau berharap bantuan berkenaan dapat meringankan beban mangsa banjir.
Jalan utama ditutup buat sementara waktu selepas hujan lebat melanda bandar.
Kerajaan menyalurkan wang sebanyak dua bilion ringgit kepada universiti awam.
Ketua Polis Daerah mengesahkan pihaknya menerima laporan berhubung kejadian itu.
Menurutnya, jumlah pelancong meningkat berbanding tahun sebelum ini.
Pengumuman itu dibuat semasa majlis di pejabat Perdana Menteri pada Jumaat.
Orang ramai dinasihatkan supaya mematuhi arahan pihak berkuasa, iaitu tidak keluar rumah.
"""

ENGLISH = """
The city will repair three damaged roads next year.
Residents were asked not to throw rubbish into the river.
The mayor said that the market was nearly finished.
Firefighters were still at the scene on Monday night.
The budget is enough for twenty schools, officials said.
Five houses were damaged by strong winds in the district.
Police have not yet determined the cause of the accident.
"We will follow up on the report," he said.
Chili prices have risen since last week.
The council discussed a draft bylaw on local taxes.
The governor opened a new bridge that links two regencies.
Victims were taken to the nearest hospital by the rescue team.
Hundreds of students took part in a poetry contest.
She hopes that the aid will be useful for the families.
The main road was closed after heavy rain hit the city.
Village funds are used to build drains and clinics.
There are no fees for the admission of new students.
The number of tourists is higher than a year ago.
Small businesses received training from the government.
Rescuers found the missing fisherman, who was in good health.
"""

SUNDANESE = """
Pamaréntah kota baris ngoméan tilu jalan anu ruksak dina taun hareup.
Warga dipénta ulah miceun runtah ka walungan sabab bisa ngabalukarkeun banjir.
Bupati nyebutkeun yén pangwangunan pasar téh geus nepi ka dalapan puluh persén.
Patugas masih kénéh aya di éta tempat nepi ka peuting Senén.
Ceuk kapala dinas, anggaran éta cukup pikeun dua puluh sakola.
Lima imah ruksak ku angin gedé di Kacamatan Sukamaju.
Pulisi can bisa mastikeun naon anu jadi sabab kacilakaan téh.
"Urang bakal geura-giru nuturkeun laporan ti warga," saurna.
Harga céngék di pasar naék ti minggu kamari.
Barudak sakola miluan pasanggiri maca sajak jeung ngadongéng.
Gubernur ngaresmikeun sasak anyar anu nyambungkeun dua kabupatén.
Korban dibawa ka rumah sakit ku tim panulung.
Manéhna miharep éta bantuan aya mangpaatna pikeun kulawarga.
Jalan gedé ditutup heula sabada hujan badag di kota.
Duit désa dipaké pikeun nyieun solokan jeung posyandu.
Taun ieu loba pisan wisatawan anu datang ka dieu.
Abdi badé ka pasar heula, tos siang kieu mah.
Kumaha carana sangkan masarakat teu kakurangan cai?
Ieu acara téh dihadiran ku sababaraha seniman ti Tatar Sunda.
Lamun hayang maju, urang kudu daék diajar jeung digawé.
"""

JAVANESE = """
Pamaréntah kutha bakal ndandani telung dalan sing rusak taun ngarep.
Warga dijaluk ora mbuwang uwuh ing kali amarga bisa nyebabake banjir.
Bupati ngandhakake menawa pasar anyar wis meh rampung.
Petugas isih ana ing panggonan kuwi nganti Senin bengi.
Miturut kepala dinas, anggaran iku cukup kanggo rong puluh sekolah.
Lima omah rusak amarga angin gedhe ing Kecamatan Sukamaju.
Pulisi durung bisa mesthekake apa sing dadi jalarane.
"Kita bakal enggal nindakake laporan saka warga," ujare dheweke.
Rega lombok ing pasar mundhak wiwit minggu kepungkur.
Bocah-bocah sekolah melu lomba maca geguritan lan ndongeng.
Gubernur ngresmekake kreteg anyar sing nyambungake rong kabupaten.
Korban digawa menyang rumah sakit dening tim penolong.
Dheweke ngarep-arep bantuan iku migunani tumrap kulawarga.
Dalan gedhe ditutup dhisik sawise udan deres ing kutha.
Dhuwit desa digunakake kanggo gawe kalen lan posyandu.
Taun iki akeh banget wisatawan sing teka ing kene.
Kula badhe dhateng peken rumiyin, sampun siang punika.
Kados pundi caranipun supados masarakat boten kekirangan toya?
Acara menika dipunrawuhi dening para seniman saking Surakarta.
Yen kepengin maju, awake dhewe kudu gelem sinau lan nyambut gawe.
"""

SENTENCES = {
    code: text.strip().splitlines()
    for code, text in (
        ("id", INDONESIAN), ("ms", MALAY), ("en", ENGLISH), ("su", SUNDANESE), ("jv", JAVANESE),
    )
}  # fmt: skip
